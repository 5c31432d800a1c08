"""Counts the calls to other services that a request of the api makes where no key lies, as in the cloud."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from bench.harness.figures import Figure
from tools.ffmpeg import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PART = "api"
TIMEOUT_S = 300
COUNTING = ROOT / "tests" / "api" / "counting.py"
# What a request may cost; its first on an instance fetches that instance's own credentials beside.
GOALS = {
    "create": 3,
    "get": 1,
    "list": 1,
    "create by API key": 3,
    "get by API key": 2,
    "log in": 1,
    "refresh": 1,
    "change password": 3,
}
WIRING = {
    "FIREBASE_API_KEY": "key",
    "WEBHOOKS_QUEUE": "projects/p/locations/l/queues/q",
    "NOTIFY_URL": "http://127.0.0.1:9",
    "NOTIFY_INVOKER": "invoker@p.iam.gserviceaccount.com",
    "DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA": "true",
}


def count(cloud: Mapping[str, str], token: str, task_id: str, home: Path) -> dict[str, dict[str, int]]:
    """Ask the api, wired as when deployed, in a process of its own, and watch what it calls.

    Args:
        cloud: the environment of a running localcloud.
        token: ID token of a user of it.
        task_id: a task of that user's that is processed.
        home: an empty folder.

    Returns:
        Request → service → number of calls.

    Raises:
        RuntimeError: a request got an unexpected answer.
    """
    identity = cloud["FIREBASE_AUTH_EMULATOR_HOST"]
    environment = {
        **{name: value for name, value in cloud.items() if name != "GOOGLE_APPLICATION_CREDENTIALS"},
        **WIRING,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "GCE_METADATA_HOST": identity,
        "GCE_METADATA_IP": identity,
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(COUNTING), token, task_id],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return dict(json.loads(done.stdout))


def figures(counted: Mapping[str, Mapping[str, int]]) -> list[Figure]:
    """The numbers that have goals."""
    return [
        Figure(PART, f"{name}, calls to other services", "", total, total, total, "", goal)
        for name, goal in GOALS.items()
        for total in [sum(counted[name].values())]
    ]
