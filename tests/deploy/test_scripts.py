"""shellcheck, and the programs that deploy.sh calls."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from shared.runtime.config import SETTINGS
from tests.deploy.running import ROOT
from tests.waiting import HANG_S

CLIENT = ROOT / "tests" / "deploy" / "fake_gcloud" / "client.sh"
SCRIPTS = [ROOT / "deploy.sh", *sorted((ROOT / "deploy").glob("*.sh")), CLIENT]
SHELLCHECK = Path(sys.executable).parent / "shellcheck"


def test_shellcheck_passes() -> None:
    done = subprocess.run(
        [str(SHELLCHECK), "-x", *map(str, SCRIPTS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )

    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.parametrize(
    ("found", "wanted", "status"),
    [
        ({"a": {"b": 1.0, "c": 2}}, {"a": {"b": 1}}, 0),
        ({"a": "86400"}, {"a": 86400}, 0),
        ({"a": [{"b": 1, "c": 2}]}, {"a": [{"b": 1}]}, 0),
        ({"a": [1, 2]}, {"a": [1]}, 1),
        ({"a": "True"}, {"a": True}, 1),
        ({}, {"a": 1}, 1),
        ("no object", {"a": 1}, 1),
    ],
)
def test_json_matches_if_it_has_everything_wanted(found: object, wanted: object, status: int) -> None:
    done = _program("matches.py", json.dumps(wanted), given=json.dumps(found))

    assert status == done.returncode


def test_invalid_json_does_not_match() -> None:
    assert _program("matches.py", "{}", given="ERROR").returncode == 1


def test_existing_index_is_not_missing() -> None:
    name = "projects/p/databases/(default)/collectionGroups/tasks/indexes/1"
    order = [("owner", "ASCENDING"), ("createdAt", "DESCENDING"), ("__name__", "DESCENDING")]
    fields = [{"fieldPath": path, "order": direction} for path, direction in order]
    found = json.dumps([{"name": name, "queryScope": "COLLECTION", "fields": fields}])
    every = _program("indexes.py", "missing-indexes", given="[]").stdout.splitlines()
    rest = _program("indexes.py", "missing-indexes", given=found).stdout.splitlines()

    assert len(every) == len(rest) + 1
    assert "field-path=createdAt,order=descending" in (set(every) - set(rest)).pop()


def test_quota_of_the_region_overrides_the_general_quota() -> None:
    own = {"dimensions": {"region": "us-central1"}, "details": {"value": "20000"}}
    general = {"details": {"value": "5000"}}
    info = json.dumps({"dimensionsInfos": [general, own]})

    assert _program("quota.py", "us-central1", given=info).stdout == "20000\n"
    assert _program("quota.py", "us-east1", given=info).stdout == "5000\n"


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """A layer as `make layer` builds it, in a bundle."""
    layer = tmp_path / "ffmpeg-layer" / "bin"
    (layer / "baseline").mkdir(parents=True)
    (layer / "baseline" / "ffmpeg").write_bytes(b"ffmpeg")
    (layer / "baseline" / "sonube-sandbox").write_bytes(b"sandbox")
    files = {"baseline/ffmpeg": b"ffmpeg", "baseline/sonube-sandbox": b"sandbox"}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    (layer / "manifest.json").write_text(json.dumps({"sha256": digests}))
    return layer


def test_layer_as_built_is_accepted(layer: Path, tmp_path: Path) -> None:
    done = _program("layer.py", str(tmp_path))

    assert (layer.is_dir(), done.returncode) == (True, 0)
    assert done.stdout == "  = ffmpeg layer\n"


@pytest.mark.parametrize("content", [b"other", None])
def test_damaged_layer_is_refused(layer: Path, tmp_path: Path, content: bytes | None) -> None:
    program = layer / "baseline" / "ffmpeg"
    program.unlink()
    if content is not None:
        program.write_bytes(content)
    done = _program("layer.py", str(tmp_path))

    assert done.returncode == 1
    assert "damaged (baseline/ffmpeg). Run: ffmpeg-layer/build.sh --force" in done.stdout


def test_layer_from_before_the_sandbox_is_refused(layer: Path, tmp_path: Path) -> None:
    manifest = json.loads((layer / "manifest.json").read_text())
    del manifest["sha256"]["baseline/sonube-sandbox"]
    (layer / "manifest.json").write_text(json.dumps(manifest))
    done = _program("layer.py", str(tmp_path))

    assert done.returncode == 1
    assert "damaged (baseline/sonube-sandbox). Run: ffmpeg-layer/build.sh --force" in done.stdout


def test_bundle_without_a_layer_is_refused(tmp_path: Path) -> None:
    done = _program("layer.py", str(tmp_path))

    assert done.returncode == 1
    assert "no ffmpeg layer" in done.stdout


def test_unknown_setting_is_refused() -> None:
    done = _program("environment.py", "notify", "NOBODY_READS=1", "GOOGLE_CLOUD_PROJECT=p")

    assert done.returncode == 1


def test_bucket_lifecycle_is_longer_than_the_lifetime_of_tasks() -> None:
    lifecycle = json.loads((ROOT / "deploy" / "lifecycle.json").read_text())
    ages = [r["condition"]["age"] for r in lifecycle["rule"] if r["action"]["type"] == "Delete"]

    lifetime_days = next(int(s.default or 0) for s in SETTINGS if s.name == "TASK_LIFETIME_DAYS")
    assert ages == [lifetime_days + 1]


def test_bucket_lifecycle_follows_another_lifetime() -> None:
    done = _program("lifecycle.py", "LOG=x", "TASK_LIFETIME_DAYS=30")
    delete, abort = json.loads(done.stdout)["rule"]

    assert (delete["condition"], abort["condition"]) == ({"age": 31}, {"age": 1})


@pytest.mark.parametrize("days", ["0", "a week", "-1"])
def test_lifetime_that_is_no_number_of_days_is_refused(days: str) -> None:
    done = _program("lifecycle.py", f"TASK_LIFETIME_DAYS={days}")

    assert done.returncode == 1
    assert f"not '{days}'" in done.stderr


def _program(name: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "deploy" / name), *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )
