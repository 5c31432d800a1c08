"""Each bundle starts with functions-framework alone and the variables in docs/configuration.md."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from shared.runtime.config import SETTINGS
from tests.machine import machine
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.throwaway import ThrowawayCloud

ROOT = Path(__file__).resolve().parent.parent.parent
FRAMEWORK = Path(sys.executable).with_name("functions-framework")
WIRING = {
    "FIREBASE_API_KEY": "key",
    "TASKS_QUEUE": "projects/p/locations/l/queues/q",
    "LONG_QUEUE": "projects/p/locations/l/queues/long",
    "BULK_QUEUE": "projects/p/locations/l/queues/bulk",
    "QUEUED_URL": "http://127.0.0.1:9",
    "NOTIFY_URL": "http://127.0.0.1:9",
    "NOTIFY_INVOKER": "invoker@p.iam.gserviceaccount.com",
}
EVENT = {
    "ce-id": "1",
    "ce-source": "//storage.googleapis.com/projects/_/buckets/b",
    "ce-specversion": "1.0",
    "ce-type": "google.cloud.storage.object.v1.finalized",
}
FOREIGN = {"bucket": "b", "name": "foreign.txt", "generation": "1", "timeCreated": "2026-11-23T12:00:00Z"}


@contextmanager
def started(function: str, environment: dict[str, str], folder: Path) -> Iterator[str]:
    """The address of a function that runs in a folder of its own, far from the repository."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    source = str(ROOT / "build" / function / "main.py")
    argv = [str(FRAMEWORK), "--source", source, "--target", function]
    argv += ["--host", "127.0.0.1", "--port", str(port)]
    environment = machine() | {
        "HOME": str(folder),
        **environment,
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(argv, cwd=folder, env=environment, stdout=log, stderr=log)
    try:

        def listens_or_has_ended() -> bool:
            with socket.socket() as probe:
                return process.poll() is not None or probe.connect_ex(("127.0.0.1", port)) == 0

        wait_until(listens_or_has_ended)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(HANG_S)


def environment(cloud: ThrowawayCloud) -> dict[str, str]:
    known = {setting.name for setting in SETTINGS}
    clients = {
        name: value
        for name, value in cloud.environment.items()
        if name in known or name.endswith("_EMULATOR_HOST") or name == "GOOGLE_APPLICATION_CREDENTIALS"
    }
    return WIRING | clients


def test_api_starts_alone(cloud: ThrowawayCloud, tmp_path: Path) -> None:
    with started("api", environment(cloud), tmp_path) as url:
        assert requests.get(f"{url}/api/health", timeout=HANG_S).status_code == 200


def test_notify_starts_alone_and_refuses_every_caller(cloud: ThrowawayCloud, tmp_path: Path) -> None:
    with started("notify", environment(cloud), tmp_path) as url:
        answer = requests.post(f"{url}/api/tasks/x/processed", json={}, timeout=HANG_S)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_convert_starts_alone_and_acknowledges_what_is_not_its_own(
    cloud: ThrowawayCloud, tmp_path: Path
) -> None:
    with started("convert", environment(cloud), tmp_path) as url:
        answer = requests.post(url, json=FOREIGN, headers=EVENT, timeout=HANG_S)

    assert answer.status_code == 200, (tmp_path / "log").read_text()


@pytest.mark.parametrize("function", ["api", "convert", "notify"])
def test_a_deployed_function_refuses_to_start_with_an_emulator(
    cloud: ThrowawayCloud, tmp_path: Path, function: str
) -> None:
    deployed = environment(cloud) | {"K_SERVICE": function}
    with started(function, deployed, tmp_path) as url, pytest.raises(requests.RequestException):
        requests.get(url, timeout=HANG_S)

    assert "only local development may use it" in (tmp_path / "log").read_text()
