"""Files dropped into the bucket: what their place says, and the tasks that they get."""

from __future__ import annotations

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
from tests.fakes import FakeClock, FakeDropFolder, FakeObjects, FakeTasks, an_upload

if TYPE_CHECKING:
    from shared.domain.task import Task, Upload

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
def test_a_dropped_files_place_says_what_is_wanted(name: str) -> None:
    assert DROPS[name] == parse_drop(name)


@pytest.mark.parametrize("name", ["drop/mp3/", "drop/mp3/sonube.json", "drop/", "other/mp3/song.wav"])
def test_folders_and_their_options_are_no_drops(name: str) -> None:
    assert parse_drop(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "e13ac3/gsutil/tmp/parallel_composite_uploads/for_details_see/gsutil_help_cp/5f_0",
        "gcloud/tmp/parallel_composite_uploads/see_gcloud_storage_cp_help_for_details/x_5f_0",
        "drop/mp3/gcloud/tmp/parallel_composite_uploads/x_5f_0",
    ],
)
def test_parts_of_composite_uploads_are_told_by_their_place(name: str) -> None:
    assert is_composite_part(name)
    assert task_of(an_upload(object=name)) is None


def test_a_song_about_composite_uploads_is_no_part() -> None:
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


def test_a_drop_becomes_a_task_that_waits_for_its_file_and_gets_it(world: World) -> None:
    task = world.accept(world.dropped(f"drop/flac/{UID}/deep/song ñ.wav"))

    assert task
    assert TASK_ID.fullmatch(task.id)
    assert (task.owner, task.filename, task.state) == (UID, "song ñ.wav", State.WAITING)
    assert [output.object for output in task.outputs] == [f"{task.id}/song ñ.flac"]
    assert list(world.objects.contents) == [f"{task.id}/song ñ.wav"]


def test_a_second_event_about_a_drop_changes_nothing(world: World) -> None:
    upload = world.dropped()
    world.accept(upload)
    writes = world.tasks.writes
    world.accept(upload)

    assert (writes, ["drop_accepted", "ignored"]) == (world.tasks.writes, world.steps)


def test_a_late_event_does_not_bring_a_deleted_task_back(world: World) -> None:
    upload = world.dropped()
    task = world.accept(upload)
    assert task
    world.tasks.delete(task.id)
    world.objects.delete(task.source.object)

    assert world.accept(upload) is None


def test_a_delivery_that_died_before_the_move_is_made_up_for(world: World) -> None:
    class Dying(FakeTasks):
        def create(self, task: Task) -> Task:
            super().create(task)
            raise AlreadyExists

    upload = world.dropped()
    world.tasks = Dying()
    task = world.accept(upload)

    assert task
    assert list(world.objects.contents) == [task.source.object]


def test_the_same_name_dropped_again_is_another_task(world: World) -> None:
    first, second = world.accept(world.dropped()), world.accept(world.dropped())

    assert first
    assert second
    assert first.id != second.id


def test_a_drop_that_was_overwritten_leaves_no_task(world: World) -> None:
    old = world.dropped()
    new = world.dropped()

    assert world.accept(old) is None
    assert world.accept(new) is not None


def test_a_drop_overwritten_while_its_task_is_made_leaves_no_task(world: World) -> None:
    class Overwritten(FakeTasks):
        def create(self, task: Task) -> Task:
            world.dropped()
            return super().create(task)

    world.tasks = Overwritten()

    assert world.accept(world.dropped()) is None


def test_sonube_json_carries_options_and_preset_for_its_folder_alone(world: World) -> None:
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
]  # fmt: skip


@pytest.mark.parametrize("raw", BAD_OPTIONS, ids=[str(n) for n in range(len(BAD_OPTIONS))])
def test_options_that_cannot_be_used_are_told_to_every_file_of_the_folder(world: World, raw: bytes) -> None:
    world.objects.put("drop/mp3/sonube.json", raw)
    task = world.accept(world.dropped())

    assert task
    assert task.rejection
    assert task.rejection.code == "bad_folder_options"


@pytest.mark.parametrize("name", ["drop/exe/a.wav", "drop/a.wav"])
def test_a_drop_for_no_format_is_refused_with_a_reason(world: World, name: str) -> None:
    task = world.accept(world.dropped(name))

    assert task
    assert task.rejection
    assert task.rejection.code == "unknown_format"
