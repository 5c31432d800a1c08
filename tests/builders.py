"""A task and its upload, to start a test from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared.domain.files import Output, Source, Upload
from shared.domain.names import new_task_id
from shared.domain.task import Task
from tests.fakes.clock import NOON


def a_folder() -> str:
    """A folder that no task can have: convert deletes what is uploaded for tasks that do not exist."""
    return f"test.{new_task_id()}"


def a_task(**changes: object) -> Task:
    """A task that waits for `song.wav`, to convert it to mp3."""
    task_id = "T" * 22
    task = Task(
        id=task_id,
        owner="ana",
        filename="song.wav",
        source=Source(f"{task_id}/song.wav"),
        outputs=(Output("mp3", f"{task_id}/song.mp3"),),
        nonce="nonce",
        created_at=NOON,
        updated_at=NOON,
        expire_at=NOON + timedelta(days=30),
    )
    return replace(task, **changes)  # type: ignore[arg-type]  # any field


def an_upload(**changes: object) -> Upload:
    """The upload that `a_task` waits for."""
    upload = Upload("bucket", f"{'T' * 22}/song.wav", 1001, 10, "AAAAAA==", "audio/wav", NOON)
    return replace(upload, **changes)  # type: ignore[arg-type]  # as above
