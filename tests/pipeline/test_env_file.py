"""After sourcing `.localcloud/env`, Google's own clients talk to this localcloud."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.machine import forget_clouds
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from tools.throwaway import ThrowawayCloud

ROOT = Path(__file__).resolve().parent.parent.parent
NAMED = {
    "SONUBE_URL", "BUCKET", "GOOGLE_CLOUD_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS", "STORAGE_EMULATOR_HOST",
    "FIRESTORE_EMULATOR_HOST", "FIRESTORE_REST_EMULATOR_HOST", "CLOUD_TASKS_EMULATOR_HOST",
    "FIREBASE_AUTH_EMULATOR_HOST",
}  # fmt: skip
SCRIPTS = {
    "storage": """
import os
from google.cloud import storage
bucket = storage.Client().bucket(os.environ["BUCKET"])
bucket.blob("elsewhere/hello.txt").upload_from_string("hello")
assert bucket.blob("elsewhere/hello.txt").download_as_text() == "hello"
""",
    "firestore": """
from google.cloud import firestore
document = firestore.Client().document("notes/one")
document.set({"text": "hello"})
assert document.get().to_dict() == {"text": "hello"}
""",
    "firebase": """
import firebase_admin
from firebase_admin import auth
firebase_admin.initialize_app()
assert auth.get_user(auth.create_user(email="env@example.com").uid).email == "env@example.com"
""",
    "tasks": """
import os
from shared.adapters.tasks.cloud_tasks import tasks_client
client = tasks_client(os.environ["CLOUD_TASKS_EMULATOR_HOST"])
parent = f"projects/{os.environ['GOOGLE_CLOUD_PROJECT']}/locations/us-central1"
assert [queue.name for queue in client.list_queues(parent=parent)]
""",
}


def test_it_names_what_the_design_lists(cloud: ThrowawayCloud) -> None:
    assert set(cloud.environment) >= NAMED


def test_the_tests_forget_what_the_developers_shell_has_sourced(
    cloud: ThrowawayCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**cloud.environment, "LEASE_S": "1"}.items():
        monkeypatch.setenv(name, value)
    forget_clouds()

    assert not os.environ.keys() & {*cloud.environment, "LEASE_S"}


@pytest.mark.parametrize("client", SCRIPTS)
def test_a_google_client_needs_nothing_else(cloud: ThrowawayCloud, client: str) -> None:
    command = f'set -eu; . "{cloud.data}/env"; "{sys.executable}" -W ignore -c "$0"'
    argv = ["bash", "-c", command, SCRIPTS[client]]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=HANG_S, check=False)

    assert done.returncode == 0, done.stderr
