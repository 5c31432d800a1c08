"""Dropped files with the real functions, as `gsutil cp` writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from shared.adapters.firestore.tasks import FirestoreTasks
from shared.service.drops import drop_task_id
from tests.builders import an_upload
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from google.cloud.storage import Bucket

    from shared.adapters.firestore.records import Records
    from shared.domain.task import Task
    from tests.users import User

UID = "ZYXWVUTSRQPONMLKJIHGFEDCBA12"


class Dropper:
    """Drops files and waits for their tasks."""

    def __init__(self, bucket: Bucket, records: Records) -> None:
        self.bucket, self._tasks = bucket, FirestoreTasks(records)

    def drop(self, name: str, data: bytes) -> str:
        """Drop a file; the id of its task."""
        blob = self.bucket.blob(name)
        blob.upload_from_string(data, content_type="application/octet-stream", timeout=HANG_S)
        return self.task_id(name, blob.generation)

    def task_id(self, name: str, generation: int) -> str:
        return drop_task_id(an_upload(bucket=self.bucket.name, object=name, generation=int(generation)))

    def wait(self, task_id: str) -> Task:
        def final() -> Task | None:
            task = self._tasks.get(task_id)
            return task if task and task.is_final else None

        return wait_until(final, lambda: self._tasks.get(task_id))

    def names(self, prefix: str) -> set[str]:
        return {blob.name for blob in self.bucket.list_blobs(prefix=prefix, timeout=HANG_S)}


@pytest.fixture
def dropper(bucket: Bucket, records: Records) -> Dropper:
    return Dropper(bucket, records)


def test_dropped_folder_is_converted_except_for_a_bad_file(
    dropper: Dropper, audio: Callable[..., Path]
) -> None:
    song = audio("wav").read_bytes()
    folder = f"drop/ogg/{UID}/Mis canciones"
    names = ["a b.wav", "ñandú 🎸.wav", "cd 1/deep/100%#?.wav", "موسيقى.wav"]
    good = [dropper.drop(f"{folder}/{name}", song) for name in names]
    bad = dropper.drop(f"{folder}/notes.wav", b"no sound at all, just text\n" * 50)

    ended = [dropper.wait(task_id) for task_id in good]
    wrong = dropper.wait(bad)

    assert [(t.state, t.owner, t.filename) for t in ended] == [
        ("PROCESSED", UID, name.rpartition("/")[2]) for name in names
    ]
    assert (wrong.state, wrong.error and wrong.error.code) == ("FAILED", "not_audio")
    assert dropper.names(folder) == set()
    for task in ended:
        assert dropper.names(f"{task.id}/") == {task.source.object, task.waveform, task.outputs[0].object}


def test_folder_options_apply_and_invalid_ones_fail_the_task(
    dropper: Dropper, audio: Callable[..., Path]
) -> None:
    song = audio("wav").read_bytes()
    dropper.bucket.blob("drop/wav/talks/sonube.json").upload_from_string(
        json.dumps({"preset": "speech-16k"}), timeout=HANG_S
    )
    dropper.bucket.blob("drop/wav/broken/sonube.json").upload_from_string('{"preset": ', timeout=HANG_S)
    task = dropper.wait(dropper.drop("drop/wav/talks/a.wav", song))
    refused = dropper.wait(dropper.drop("drop/wav/broken/a.wav", song))
    nowhere = dropper.wait(dropper.drop("drop/exe/a.wav", song))

    assert (task.outputs[0].sample_rate_hz, task.outputs[0].channels) == (16_000, 1)
    assert (refused.state, refused.error and refused.error.code) == ("FAILED", "bad_folder_options")
    assert (nowhere.state, nowhere.error and nowhere.error.code) == ("FAILED", "unknown_format")


def test_composite_upload_is_converted_once_and_its_parts_are_ignored(
    dropper: Dropper, audio: Callable[..., Path]
) -> None:
    song = audio("wav").read_bytes()
    folder = "drop/mp3/gcloud/tmp/parallel_composite_uploads/see_gcloud_storage_cp_help_for_details"
    parts = [dropper.bucket.blob(f"{folder}/{n}") for n in (0, 1)]
    for part, data in zip(parts, (song[:1000], song[1000:]), strict=True):
        part.upload_from_string(data, timeout=HANG_S)
    whole = dropper.bucket.blob("drop/mp3/composed.wav")
    whole.compose(parts, timeout=HANG_S)

    task = dropper.wait(dropper.task_id(whole.name, whole.generation))

    assert task.state == "PROCESSED"
    assert dropper.names(folder) == {part.name for part in parts}


def test_file_dropped_into_a_waiting_tasks_folder_is_its_upload(
    user: User, dropper: Dropper, audio: Callable[..., Path]
) -> None:
    task = user.create("mine.wav", "mp3")
    dropper.drop(f"{task['id']}/other.wav", audio("wav").read_bytes())
    dropper.drop(f"{task['id']}/mine.wav", audio("wav").read_bytes())

    assert user.wait(task["id"])["state"] == "PROCESSED"


def test_file_dropped_into_a_users_folder_belongs_to_the_user(
    user: User, dropper: Dropper, audio: Callable[..., Path]
) -> None:
    uid = user.session["userId"]
    task_id = dropper.drop(f"drop/mp3/{uid}/mine.wav", audio("wav").read_bytes())
    dropper.wait(task_id)

    assert [task["id"] for task in user.call("GET", "/api/tasks").json()["tasks"]] == [task_id]
    assert user.wait(task_id)["outputs"][0]["download"]["url"]
