"""Dropped files: their names and their tasks."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.convert.event import is_composite_part, task_of
from shared.domain.errors import AlreadyExists
from shared.domain.names import TASK_ID
from shared.domain.states import State
from shared.runtime.log import Log
from shared.service.drops import Drop, DropImporter, drop_task_id, parse_drop
from tests.builders import an_upload
from tests.fakes.clock import FakeClock
from tests.fakes.objects import FakeObjects
from tests.fakes.task_folder import FakeDropFolder
from tests.fakes.tasks import FakeTasks

if TYPE_CHECKING:
    from shared.domain.files import Upload
    from shared.domain.task import Task

UID = "Abcdefghijklmnopqrstuvwx1234"
DROPS = {
    "drop/mp3/song.wav": Drop("mp3", "drop", "drop/mp3/", "song.wav"),
    f"drop/mp3/{UID}/song.wav": Drop("mp3", UID, f"drop/mp3/{UID}/", "song.wav"),
    f"drop/mp3/{UID}/cd 1/ñandú 🎸.wav": Drop("mp3", UID, f"drop/mp3/{UID}/cd 1/", "ñandú 🎸.wav"),
    f"drop/mp3/album/{UID}/a.wav": Drop("mp3", "drop", f"drop/mp3/album/{UID}/", "a.wav"),
    f"drop/mp3/{UID}": Drop("mp3", "drop", "drop/mp3/", UID),
    "drop/nonsense/a.wav": Drop("nonsense", "drop", "drop/nonsense/", "a.wav"),
    "drop/a.wav": Drop("", "drop", "drop/", "a.wav"),
    "drop//a.wav": Drop("", "drop", "drop//", "a.wav"),
    "drop/mp3/\u202egpj.wav": Drop("mp3", "drop", "drop/mp3/", "gpj.wav"),
}


@pytest.mark.parametrize("name", DROPS)
def test_name_of_a_dropped_file_is_parsed(name: str) -> None:
    assert DROPS[name] == parse_drop(name)


@pytest.mark.parametrize("name", ["drop/mp3/", "drop/mp3/sonube.json", "drop/", "other/mp3/song.wav"])
def test_folders_and_their_options_are_not_dropped_files(name: str) -> None:
    assert parse_drop(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "e13ac3/gsutil/tmp/parallel_composite_uploads/for_details_see/gsutil_help_cp/5f_0",
        "gcloud/tmp/parallel_composite_uploads/see_gcloud_storage_cp_help_for_details/x_5f_0",
        "drop/mp3/gcloud/tmp/parallel_composite_uploads/x_5f_0",
    ],
)
def test_part_of_a_composite_upload_is_recognised_by_its_name(name: str) -> None:
    assert is_composite_part(name)
    assert task_of(an_upload(object=name)) is None


def test_file_with_a_similar_name_is_not_a_part() -> None:
    assert not is_composite_part("drop/mp3/my-gsutil/tmp/parallel_composite_uploads.wav")


@dataclass
class World:
    tasks: FakeTasks = field(default_factory=FakeTasks)
    objects: FakeObjects = field(default_factory=FakeObjects)
    clock: FakeClock = field(default_factory=FakeClock)
    lines: io.StringIO = field(default_factory=io.StringIO)

    def dropped(self, name: str = "drop/mp3/song.wav") -> Upload:
        info = self.objects.put(name, b"sound")
        return an_upload(object=name, generation=info.generation, size_bytes=5)

    def accept(self, upload: Upload) -> Task | None:
        drops = DropImporter(self.tasks, FakeDropFolder(self.objects), self.clock, timedelta(days=30))
        drops.accept(upload, Log(stream=self.lines))
        return self.tasks.get(drop_task_id(upload))

    @property
    def steps(self) -> list[str]:
        return [json.loads(line)["step"] for line in self.lines.getvalue().splitlines()]


@pytest.fixture
def world() -> World:
    return World()


def test_dropped_file_becomes_a_task_with_its_file(world: World) -> None:
    task = world.accept(world.dropped(f"drop/flac/{UID}/deep/song ñ.wav"))

    assert task
    assert TASK_ID.fullmatch(task.id)
    assert (task.owner, task.filename, task.state) == (UID, "song ñ.wav", State.WAITING)
    assert [output.object for output in task.outputs] == [f"{task.id}/song ñ.flac"]
    assert list(world.objects.contents) == [f"{task.id}/song ñ.wav"]


def test_repeated_event_of_a_dropped_file_has_no_effect(world: World) -> None:
    upload = world.dropped()
    world.accept(upload)
    writes = world.tasks.writes
    world.accept(upload)

    assert (writes, ["drop_accepted", "ignored"]) == (world.tasks.writes, world.steps)


def test_late_event_does_not_recreate_a_deleted_task(world: World) -> None:
    upload = world.dropped()
    task = world.accept(upload)
    assert task
    world.tasks.delete(task.id)
    world.objects.delete(task.source.object)

    assert world.accept(upload) is None


def test_delivery_interrupted_before_the_move_is_completed_by_the_next(world: World) -> None:
    class Dying(FakeTasks):
        def create(self, task: Task) -> Task:
            super().create(task)
            raise AlreadyExists

    upload = world.dropped()
    world.tasks = Dying()
    task = world.accept(upload)

    assert task
    assert list(world.objects.contents) == [task.source.object]


def test_file_dropped_again_is_another_task(world: World) -> None:
    first, second = world.accept(world.dropped()), world.accept(world.dropped())

    assert first
    assert second
    assert first.id != second.id


def test_overwritten_drop_leaves_no_task(world: World) -> None:
    old = world.dropped()
    new = world.dropped()

    assert world.accept(old) is None
    assert world.accept(new) is not None


def test_drop_overwritten_during_the_move_leaves_no_task(world: World) -> None:
    class Overwritten(FakeTasks):
        def create(self, task: Task) -> Task:
            world.dropped()
            return super().create(task)

    world.tasks = Overwritten()

    assert world.accept(world.dropped()) is None


def test_sonube_json_may_be_compressed(world: World) -> None:
    """As `gsutil cp -Z` does with every file."""
    world.objects.put("drop/mp3/sonube.json", gzip.compress(b'{"preset": "voice"}'))
    task = world.accept(world.dropped())

    assert task
    assert task.outputs[0].options.channels == 1


def test_sonube_json_applies_to_its_folder_only(world: World) -> None:
    body = json.dumps({"preset": "voice", "options": {"bitRateKbps": 64}})
    world.objects.put("drop/mp3/talks/sonube.json", body.encode())
    inside = world.accept(world.dropped("drop/mp3/talks/a.wav"))
    outside = world.accept(world.dropped("drop/mp3/a.wav"))

    assert inside
    assert outside
    assert (inside.outputs[0].options.bit_rate_kbps, inside.outputs[0].options.channels) == (64, 1)
    assert outside.outputs[0].options.as_json() == {}


BAD_OPTIONS = [
    b"{", b"[]", b"\xff", b'{"options": {"bitRateKbps": 1}}', b'{"options": {"nope": 1}}', b'{"preset": 1}',
    b'{"preset": "nope"}', b'{"options": []}', b'{"owner": "me"}', b" " * 20_000,
    gzip.compress(b" " * 20_000_000), gzip.compress(b"{}")[:-9], b"\x1f\x8b" + bytes(99),
]  # fmt: skip


@pytest.mark.parametrize("raw", BAD_OPTIONS, ids=[str(n) for n in range(len(BAD_OPTIONS))])
def test_invalid_folder_options_fail_every_file_of_the_folder(world: World, raw: bytes) -> None:
    world.objects.put("drop/mp3/sonube.json", raw)
    task = world.accept(world.dropped())

    assert task
    assert task.rejection
    assert task.rejection.code == "bad_folder_options"


@pytest.mark.parametrize("name", ["drop/exe/a.wav", "drop/a.wav"])
def test_drop_for_an_unknown_format_fails_with_a_reason(world: World, name: str) -> None:
    task = world.accept(world.dropped(name))

    assert task
    assert task.rejection
    assert task.rejection.code == "unknown_format"
