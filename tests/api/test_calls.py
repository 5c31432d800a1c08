"""How many calls to other services a request costs where no key lies, as in the cloud."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.users import User
    from tools.throwaway import ThrowawayCloud

ROOT = Path(__file__).resolve().parents[2]
WIRING = {
    "FIREBASE_API_KEY": "key",
    "WEBHOOKS_QUEUE": "projects/p/locations/l/queues/q",
    "NOTIFY_URL": "http://127.0.0.1:9",
    "NOTIFY_INVOKER": "invoker@p.iam.gserviceaccount.com",
    "DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA": "true",
}


@pytest.fixture(scope="module")
def calls(
    cloud: ThrowawayCloud, user: User, audio: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, int]]:
    """Request → service → number of calls."""
    task = user.convert("song.wav", "mp3", audio("wav").read_bytes())
    identity = cloud.environment["FIREBASE_AUTH_EMULATOR_HOST"]
    environment = {
        **cloud.environment,
        **WIRING,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path_factory.mktemp("no-key-here")),
        "GCE_METADATA_HOST": identity,
        "GCE_METADATA_IP": identity,
    }
    del environment["GOOGLE_APPLICATION_CREDENTIALS"]
    argv = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("counting.py"))]
    done = subprocess.run(
        [*argv, user.session["idToken"], task["id"]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("request_name", ["create", "create with a key"])
def test_creating_costs_a_look_at_the_account_a_write_and_a_signature(
    calls: dict[str, dict[str, int]], request_name: str
) -> None:
    assert calls[request_name] == {"identity": 1, "firestore": 1, "iam": 1}


def test_the_first_of_an_instance_costs_no_more_but_for_its_own_credentials(
    calls: dict[str, dict[str, int]],
) -> None:
    own = {name: count for name, count in calls["first create"].items() if name != "metadata"}

    assert own == calls["create"]


@pytest.mark.parametrize("request_name", ["get", "get again", "get processed", "list"])
def test_reading_costs_one_read(calls: dict[str, dict[str, int]], request_name: str) -> None:
    assert calls[request_name] == {"firestore": 1}


def test_a_download_costs_a_read_and_a_signature(calls: dict[str, dict[str, int]]) -> None:
    assert calls["download"] == {"firestore": 1, "iam": 1}


def test_a_fresh_upload_is_read_counted_and_signed(calls: dict[str, dict[str, int]]) -> None:
    assert calls["fresh upload"] == {"identity": 1, "firestore": 2, "iam": 1}


def test_cancelling_costs_a_read_and_a_write(calls: dict[str, dict[str, int]]) -> None:
    assert calls["cancel"] == {"identity": 1, "firestore": 2}


def test_what_is_public_costs_nothing(calls: dict[str, dict[str, int]]) -> None:
    assert calls["formats"] == {}
