"""How functions are deployed: their bundles, flags and environments."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from shared.runtime.config import EMULATORS, SETTINGS
from tests.deploy.running import PROJECT, Deployer, Run
from tools.stage import FUNCTIONS, bundle_files, stage

if TYPE_CHECKING:
    from pathlib import Path

# Only for local development: each turns off a check.
LOCAL = set(EMULATORS)


@pytest.fixture(scope="module")
def run(fresh: Deployer) -> Run:
    fresh.resources = {
        "buckets": {f"gs://{PROJECT}-sonube": {"location": "EUROPE-WEST1"}},
        "keys": {"K": {"name": "K", "displayName": "Sonube"}},
    }
    return fresh("functions", "--project", PROJECT, "--region", "europe-west1")


def environment(run: Run, function: str) -> dict[str, str]:
    pairs = run.deployment(function)["set-env-vars"].split(",")
    return dict(pair.split("=", 1) for pair in pairs)


def test_functions_are_deployed_in_the_order_of_their_dependencies(run: Run) -> None:
    deployed = [call[3] for call in run.calls if call[1:3] == ["functions", "deploy"]]

    assert (run.status, run.stderr) == (0, "")
    assert deployed == ["sonube-notify", "sonube-convert-queued", "sonube-convert", "sonube-api"]


def test_convert_queued_is_the_bundle_of_convert_with_another_entry_point_and_more_time(run: Run) -> None:
    queued, convert = run.deployment("convert-queued"), run.deployment("convert")
    address = "https://sonube-convert-queued-123456789012.europe-west1.run.app"

    assert queued["entry-point"] == "convert_queued"
    assert (queued["timeout"], queued["concurrency"]) == ("1800s", "1")
    assert queued["source"] == convert["source"]
    assert queued["service-account"] == convert["service-account"]
    assert queued["set-env-vars"] == convert["set-env-vars"]
    assert environment(run, "convert")["QUEUED_URL"] == address
    assert environment(run, "convert")["LONG_QUEUE"].endswith("/queues/sonube-long")
    assert environment(run, "convert")["BULK_QUEUE"].endswith("/queues/sonube-bulk")
    assert environment(run, "convert")["OWNER_CONVERSIONS_MAX"] == "10"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_gets_all_required_settings_and_no_setting_that_it_does_not_read(
    run: Run, function: str
) -> None:
    read = {setting.name for setting in SETTINGS if function in setting.readers.split()}
    needed = {s.name for s in SETTINGS if s.name in read and s.default is None}
    given = environment(run, function)

    assert needed <= given.keys() <= (read - LOCAL) | {"THREADS"}
    assert all(given.values())


def test_convert_calls_notify_at_the_url_that_notify_expects_as_audience(run: Run) -> None:
    address = "https://sonube-notify-123456789012.europe-west1.run.app"

    assert address == environment(run, "convert")["NOTIFY_URL"] == environment(run, "notify")["NOTIFY_URL"]
    assert environment(run, "convert")["NOTIFY_INVOKER"] == environment(run, "notify")["NOTIFY_INVOKER"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_uploaded_bundle_equals_the_tested_bundle(
    run: Run, fresh: Deployer, function: str, tmp_path: Path
) -> None:
    source = fresh.repository / run.deployment(function)["source"]
    uploaded = {
        str(path.relative_to(source)): digest(path)
        for path in source.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    sbom = uploaded.pop("sbom.cdx.json", None)
    tested = {name: digest(path) for name, path in bundle_files(function).items()}

    # The layer of the copy is another.
    assert _without_layer(tested) == _without_layer(uploaded)
    assert ("ffmpeg-layer/bin/manifest.json" in uploaded) == (function == "convert")
    assert sbom == digest(stage(function, tmp_path / function, fresh.repository) / "sbom.cdx.json")


@pytest.mark.parametrize("function", ["api", "notify"])
def test_instance_has_a_thread_for_each_concurrent_request(run: Run, function: str) -> None:
    assert environment(run, function)["THREADS"] == run.deployment(function)["concurrency"]


def test_temporary_files_leave_memory_for_programs(run: Run) -> None:
    memory, temporary = run.deployment("convert")["memory"], environment(run, "convert")["TEMP_MAX_BYTES"]

    assert (memory, int(temporary)) == ("2Gi", 2 * 1024**3 - 512 * 1024**2)


def test_convert_handles_one_event_at_a_time_with_the_longest_timeout(run: Run) -> None:
    flags = run.deployment("convert")
    lease_s = next(int(s.default or 0) for s in SETTINGS if s.name == "LEASE_S")

    assert (flags["concurrency"], flags["timeout"], flags["retry"]) == ("1", "540s", "")
    assert flags["trigger-service-account"] == f"sonube-trigger@{PROJECT}.iam.gserviceaccount.com"
    assert "no-allow-unauthenticated" in flags
    assert lease_s >= 540


def test_trigger_is_in_the_location_of_the_bucket(run: Run) -> None:
    call = next(c for c in run.calls if c[1:4] == ["functions", "deploy", "sonube-convert"])

    assert "--trigger-location=europe-west1" in call
    assert "--trigger-event-filters=type=google.cloud.storage.object.v1.finalized" in call
    assert f"--trigger-event-filters=bucket={PROJECT}-sonube" in call


def test_nothing_is_deployed_without_the_ffmpeg_layer(deploy: Deployer) -> None:
    builder = deploy.repository / "ffmpeg-layer" / "build.sh"
    builder.write_text("#!/bin/sh\necho layer: missing packages: nasm >&2\nexit 1\n")
    deploy.resources = {"buckets": {f"gs://{PROJECT}-sonube": {"location": "US-CENTRAL1"}}}
    run = deploy("functions", "--project", PROJECT)

    assert (run.status, run.changes) == (1, [])
    assert "layer: missing packages: nasm" in run.stderr
    assert "The ffmpeg layer could not be built, and convert is not deployed without it." in run.stderr


def test_missing_required_setting_stops_the_deployment(deploy: Deployer) -> None:
    config = deploy.repository / "shared" / "runtime" / "config.py"
    setting = 'SETTINGS: tuple[Setting, ...] = (\n    Setting("NEW_ONE", "notify", "Something new."),'
    config.write_text(config.read_text().replace("SETTINGS: tuple[Setting, ...] = (", setting))
    deploy.resources = {"buckets": {f"gs://{PROJECT}-sonube": {"location": "US-CENTRAL1"}}}

    run = deploy("functions", "--project", PROJECT)

    assert run.status == 1
    assert "notify requires NEW_ONE, but deploy.sh does not set it." in run.stderr


def test_missing_api_key_is_reported_at_the_end(deploy: Deployer) -> None:
    deploy.resources = {"buckets": {f"gs://{PROJECT}-sonube": {"location": "US-CENTRAL1"}}}
    run = deploy("functions", "--project", PROJECT)

    assert run.status == 1
    assert "The API key could not be read, so users cannot sign in." in run.stderr


def _without_layer(files: dict[str, str]) -> dict[str, str]:
    return {name: content for name, content in files.items() if not name.startswith("ffmpeg-layer/")}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
