"""A bundle holds what its function needs and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.stage import bundle_files, stage

ADAPTERS = {
    "api": {
        "cloud_tasks",
        "endpoints",
        "failures",
        "firestore",
        "google",
        "identity",
        "intake",
        "records",
        "rest_calls",
        "rest_records",
        "rest_values",
        "signing",
        "task_folder",
        "tokens",
        "v4",
    },
    "convert": {
        "allowance",
        "cloud_tasks",
        "drops",
        "failures",
        "firestore",
        "google",
        "google_records",
        "records",
        "storage",
    },
    "notify": {
        "cloud_tasks",
        "drops",
        "endpoints",
        "failures",
        "firestore",
        "google",
        "google_records",
        "records",
        "signing",
        "v4",
        "sweeping",
        "task_folder",
    },
}


@pytest.mark.parametrize("function", ADAPTERS)
def test_a_bundle_holds_only_the_adapters_that_its_function_uses(function: str) -> None:
    names = {Path(name).stem for name in bundle_files(function) if name.startswith("shared/adapters/")}

    assert ADAPTERS[function] == names - {"__init__"}


@pytest.mark.parametrize("function", ADAPTERS)
def test_a_bundle_holds_its_own_code_shared_and_requirements(function: str) -> None:
    files = bundle_files(function)
    tops = {Path(name).parts[0] for name in files}

    assert {"main.py", "requirements.txt", "shared"} <= tops
    assert not {name for name in files if "test" in name or "__pycache__" in name}


def test_notify_carries_nothing_of_the_others() -> None:
    modules = ("__init__", "main", "claims", "deliver", "finish", "orphans", "sweep")
    own = {"requirements.txt"} | {f"{name}.py" for name in modules}
    adapters = {f"shared/adapters/{name}.py" for name in ("__init__", *ADAPTERS["notify"])}
    needed = (
        "__init__ addresses changing config cors documents drops errors events formats http json_body "
        "log media names options outbound ports presets routing spelling start_up states task webhook "
        "webhook_endpoint webhook_signing webhook_target"
    )

    expected = own | adapters | {f"shared/{name}.py" for name in needed.split()}
    assert expected == set(bundle_files("notify"))


def test_a_staged_bundle_is_compiled_and_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "notify"
    target.mkdir()
    (target / "left-over.py").write_text("")
    stage("notify", target)

    assert not (target / "left-over.py").exists()
    assert list((target / "__pycache__").glob("main.*.pyc"))
    assert [target] == list(tmp_path.iterdir())
