"""Changing tasks in the whole pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google.cloud.storage import Client

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.users import User
    from tools.throwaway import ThrowawayCloud


@pytest.fixture
def names(cloud: ThrowawayCloud, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], set[str]]:
    """Lists a task's folder."""
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    client = Client(project=cloud.environment["GOOGLE_CLOUD_PROJECT"])

    def in_folder(task_id: str) -> set[str]:
        blobs = client.list_blobs(cloud.environment["BUCKET"], prefix=f"{task_id}/")
        return {blob.name.partition("/")[2] for blob in blobs}

    return in_folder


def test_changed_outputs_are_converted_and_the_former_output_is_deleted(
    user: User, audio: Callable[..., Path], names: Callable[[str], set[str]]
) -> None:
    task = user.convert("song.wav", "mp3", audio("wav").read_bytes())
    changed = user.call("PUT", f"/api/tasks/{task['id']}", json={"newFormat": "ogg"})
    done = user.wait(task["id"])

    assert (changed.status_code, changed.json()["state"]) == (202, "UPLOADED")
    assert (done["state"], [o["filename"] for o in done["outputs"]]) == ("PROCESSED", ["song.ogg"])
    assert names(task["id"]) >= {"song.wav", "song.ogg"}
    assert "song.mp3" not in names(task["id"])


def test_a_deleted_task_leaves_nothing(
    user: User, audio: Callable[..., Path], names: Callable[[str], set[str]]
) -> None:
    task = user.convert("song.wav", "mp3", audio("wav").read_bytes())
    removed = user.call("DELETE", f"/api/tasks/{task['id']}")

    assert (removed.status_code, names(task["id"])) == (204, set())
    assert user.call("GET", f"/api/tasks/{task['id']}").status_code == 404
