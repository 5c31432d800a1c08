"""A bundle holds what its function needs and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.stage import bundle_files, stage

ADAPTERS = {
    "api": (
        "failures google google_json firestore/admission firestore/deletions firestore/endpoints "
        "firestore/keys firestore/ledger firestore/page_token firestore/records firestore/rest_records "
        "firestore/rest_values firestore/task_document firestore/tasks http/outbound identity/accounts "
        "identity/certificates "
        "identity/lookup identity/refusals identity/tokens identity/users storage/bucket storage/signing "
        "storage/v4 tasks/cloud_tasks"
    ),
    "convert": (
        "failures google firestore/client_records firestore/ledger firestore/page_token "
        "firestore/records firestore/task_document firestore/tasks storage/bucket storage/drops "
        "storage/objects tasks/cloud_tasks"
    ),
    "notify": (
        "failures google google_json firestore/admission firestore/client_records firestore/deletions "
        "firestore/endpoints firestore/keys firestore/ledger firestore/page_token firestore/records "
        "firestore/search "
        "firestore/task_document firestore/tasks http/outbound identity/lookup identity/users storage/bucket "
        "storage/drops storage/listing storage/signing storage/v4 tasks/cloud_tasks"
    ),
}


NOTIFY_WEB = "compression cors guard hosts http incoming json_body routing worker invoker"
NOTIFY_WEBHOOKS = "addresses bounded endpoint events ports signing target"
NOTIFY_DOMAIN = (
    "costs/charges costs/ledger costs/prices costs/prices.toml documents errors/base errors/conversions "
    "errors/platform errors/requests fields files "
    "json_object media names notes/base options/edited_tags presentation/listed "
    "presentation/specimen presentation/task presets specs/table specs/verdict spelling "
    "states tag_encodings task webhook"
)
NOTIFY_PORTS = "accounts admission bucket_listing clock deletions ledger links objects task_folder tasks"


def modules(names: set[str], folder: str) -> set[str]:
    """Modules in a folder of a bundle, without ending and without the packages' own files."""
    inside = {name.removeprefix(folder).removesuffix(".py") for name in names if name.startswith(folder)}
    return {name for name in inside if not name.endswith("__init__")}


@pytest.mark.parametrize("function", ADAPTERS)
def test_a_bundle_holds_only_the_adapters_that_its_function_uses(function: str) -> None:
    assert set(ADAPTERS[function].split()) == modules(set(bundle_files(function)), "shared/adapters/")


@pytest.mark.parametrize("function", ADAPTERS)
def test_a_bundle_holds_its_own_code_shared_and_requirements(function: str) -> None:
    files = bundle_files(function)
    tops = {Path(name).parts[0] for name in files}

    assert {"main.py", "requirements.txt", "shared"} <= tops
    assert not {name for name in files if "test" in name or "__pycache__" in name}


def test_the_bundle_of_notify_has_no_module_of_the_other_functions() -> None:
    files = set(bundle_files("notify"))
    own = {name.removesuffix(".py") for name in files if not name.startswith("shared/")}
    layers = {name for name in modules(files, "shared/") if not name.startswith("adapters/")}

    assert own == {
        "requirements.txt",
        *"__init__ main wiring routes inputs settle deliver orphans sweep".split(),  # noqa: SIM905  # a list of words
    }
    assert layers == {
        *(f"domain/{name}" for name in NOTIFY_DOMAIN.split()),
        *(f"ports/{name}" for name in NOTIFY_PORTS.split()),
        *(f"webhooks/{name}" for name in NOTIFY_WEBHOOKS.split()),
        *(f"keys/{name}" for name in ("api_key", "ports")),
        *(f"runtime/{name}" for name in ("config", "log", "retry", "start_up")),
        *(f"service/{name}" for name in ("drops", "forgetting", "update")),
        *(f"web/{name}" for name in NOTIFY_WEB.split()),
    }


def test_a_staged_bundle_is_compiled_and_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "notify"
    target.mkdir()
    (target / "left-over.py").write_text("")
    stage("notify", target)

    assert not (target / "left-over.py").exists()
    assert list((target / "__pycache__").glob("main.*.pyc"))
    assert [target] == list(tmp_path.iterdir())
