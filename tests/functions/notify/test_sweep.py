"""Lost events, calls and instances are repaired once; tasks in progress are left alone."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.notify.orphans import OrphanCleanup
from functions.notify.settle import SettleTask
from functions.notify.sweep import NO_REPAIR, GracePeriods, Sweep
from shared.domain.errors import Unavailable
from shared.domain.files import Source
from shared.domain.media import Probe
from shared.domain.states import State
from shared.domain.task import Failure
from shared.ports.deletions import Deletion
from shared.runtime.log import Log
from shared.service.drops import DropImporter
from tests.builders import a_task, an_upload
from tests.fakes.bucket_listing import FakeObjectListing
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.deletions import FakeDeletions, forgetting_over
from tests.fakes.objects import FakeObjects
from tests.fakes.task_folder import FakeDropFolder, FakeFolder
from tests.fakes.tasks import FakeSearch, FakeTasks
from tests.fakes.webhooks import FakeEndpoints, FakeQueue

if TYPE_CHECKING:
    from shared.domain.task import Task

GRACE, UPLOAD, GIVE_UP = timedelta(hours=1), timedelta(days=1), timedelta(days=1)
SONG = f"{'T' * 22}/song.wav"
HOUR_S = 3600.0


@dataclass
class World:
    """A sweep and everything that it reads."""

    tasks: FakeTasks = field(default_factory=FakeTasks)
    objects: FakeObjects = field(default_factory=FakeObjects)
    clock: FakeClock = field(default_factory=FakeClock)
    deletions: FakeDeletions = field(default_factory=FakeDeletions)
    lines: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        self.listing = FakeObjectListing(self.objects, self.clock)
        self.search = FakeSearch(self.tasks)

    def sweep(self, after_s: float = 0.0, **changes: object) -> dict[str, int]:
        self.clock.advance(after_s)
        settle = SettleTask(self.tasks, FakeEndpoints(), FakeQueue, self.clock)
        drops = DropImporter(self.tasks, FakeDropFolder(self.objects), self.clock, timedelta(days=30))
        orphans = OrphanCleanup(self.tasks, self.listing, drops, "bucket")
        periods = GracePeriods(GRACE, UPLOAD, GIVE_UP)
        folder = FakeFolder(self.objects)
        forgetting = forgetting_over(self.tasks, folder, self.deletions, self.clock)
        parts = (self.tasks, self.search, self.listing, orphans, settle, self.clock, periods, forgetting)
        sweep = Sweep(*parts, **changes)  # type: ignore[arg-type]  # as a test names it
        counts = sweep.run(Log(stream=self.lines))
        return {outcome: times for outcome, times in counts.items() if outcome not in NO_REPAIR}

    def stored(self, **changes: object) -> Task:
        return self.tasks.create(a_task(**changes))

    def converting(self, *, finished: bool = False) -> Task:
        generation = self.objects.put(SONG, b"sound").generation
        task = self.stored().claimed(
            an_upload(generation=generation), "lease", NOON + timedelta(minutes=9), NOON
        )
        if finished:
            task = task.failed("lease", Failure("empty_file", "m", "h"), NOON)
        return self.tasks.replace(task)

    @property
    def task(self) -> Task:
        return self.tasks.stored["T" * 22]


@pytest.fixture
def world() -> World:
    return World()


def test_a_task_whose_upload_never_comes_expires(world: World) -> None:
    world.stored()
    early = world.sweep(23 * HOUR_S)
    late = world.sweep(2 * HOUR_S)

    assert (early, late, world.task.state) == ({}, {"expired": 1}, State.EXPIRED)


def test_an_upload_whose_event_was_lost_is_retriggered(world: World) -> None:
    world.stored()
    before = world.objects.put(SONG, b"sound").generation

    assert world.sweep(1.5 * HOUR_S) == {"retriggered": 1}
    assert world.objects.generations[SONG] > before
    assert world.task.state is State.WAITING


def test_an_upload_is_retriggered_at_most_once_in_the_grace_period(world: World) -> None:
    world.stored()
    world.objects.put(SONG, b"sound")
    sweeps = [world.sweep(600) for _ in range(6 * 5)]

    assert sum(sweep.get("retriggered", 0) for sweep in sweeps) == 4


def test_an_upload_that_is_retriggered_in_vain_fails_at_last(world: World) -> None:
    world.converting()
    for _ in range(30):
        world.sweep(HOUR_S)

    assert (world.task.state, world.task.error and world.task.error.code) == (State.FAILED, "event_too_old")


def test_a_finished_attempt_whose_call_to_notify_was_lost_is_settled(world: World) -> None:
    world.converting(finished=True)

    assert world.sweep(1.5 * HOUR_S) == {"settled": 1}
    assert world.task.state is State.FAILED


def test_an_expired_lease_is_retriggered(world: World) -> None:
    world.converting()

    assert world.sweep(1.5 * HOUR_S) == {"retriggered": 1}


def test_a_task_with_a_valid_lease_is_left_alone(world: World) -> None:
    task = world.converting()
    lease_until = NOON + timedelta(hours=3)
    world.tasks.replace(task.progressed("lease", 0.5, lease_until, NOON))
    generation = world.objects.generations[SONG]

    assert (world.sweep(2 * HOUR_S), world.objects.generations[SONG]) == ({}, generation)


def test_an_upload_that_waits_in_a_queue_is_left_alone_for_a_quarter_of_the_day(world: World) -> None:
    waiting = world.converting().queued("lease", "long", NOON)
    world.tasks.replace(waiting)

    assert world.sweep(5 * HOUR_S) == {}
    assert world.sweep(HOUR_S) == {"retriggered": 1}


@pytest.mark.parametrize("state", [State.UPLOADED, State.CONVERTING])
def test_a_task_whose_source_is_gone_fails(world: World, state: State) -> None:
    world.stored(state=state, source=Source(SONG, generation=1001))

    assert world.sweep(2 * HOUR_S) == {"failed": 1}
    assert (world.task.state, world.task.error and world.task.error.code) == (State.FAILED, "source_gone")


def test_an_object_without_a_task_is_deleted_after_the_grace_period(world: World) -> None:
    world.objects.put(f"{'U' * 22}/left.mp3", b"x")

    assert (world.sweep(60), world.sweep(2 * HOUR_S)) == ({}, {"deleted": 1})
    assert world.objects.contents == {}


def test_a_tasks_own_objects_are_kept_and_others_in_its_folder_deleted(world: World) -> None:
    waveform = f"{'T' * 22}/song.waveform.json"
    found = Probe("wav", "pcm_s16le", 1.0, 44_100, 2, waveform=waveform)
    task = world.stored(state=State.PROCESSED, source=Source(SONG, probe=found))
    own = [SONG, task.outputs[0].object, waveform]
    for name in [*own, f"{task.id}/former.ogg"]:
        world.objects.put(name, b"x")

    assert world.sweep(2 * HOUR_S) == {"deleted": 1}
    assert own == list(world.objects.contents)


def test_an_upload_to_an_expired_task_is_deleted(world: World) -> None:
    world.stored(state=State.EXPIRED)
    world.objects.put(SONG, b"late")

    assert world.sweep(2 * HOUR_S) == {"deleted": 1}


def test_a_drop_whose_event_was_lost_is_accepted(world: World) -> None:
    world.objects.put("drop/mp3/a.wav", b"x")
    world.objects.put("drop/mp3/sonube.json", b"{}")
    counts = world.sweep(2 * HOUR_S)
    (task,) = world.tasks.stored.values()

    assert (counts, task.filename) == ({"accepted": 1}, "a.wav")
    assert set(world.objects.contents) == {"drop/mp3/sonube.json", task.source.object}


@pytest.mark.parametrize("name", ["readme.txt", "other/thing.wav", "drop/mp3/"])
def test_an_object_that_the_service_did_not_create_is_kept(world: World, name: str) -> None:
    world.objects.put(name, b"x")

    assert (world.sweep(48 * HOUR_S), list(world.objects.contents)) == ({}, [name])


def test_the_next_sweep_continues_one_that_ran_out_of_time(world: World) -> None:
    for n in range(250):
        world.tasks.create(a_task(id=f"{n:022}", source=Source(f"{n:022}/song.wav")))
    ticks = iter(range(10_000))
    first = world.sweep(25 * HOUR_S, elapsed=lambda: 0.3 * next(ticks))
    again = world.sweep()

    assert first["timed_out"]
    assert first["expired"] > 0
    assert first["expired"] + again["expired"] == 250


def test_the_next_sweep_continues_through_the_bucket_where_one_ran_out_of_time(world: World) -> None:
    for n in range(250):
        world.objects.put(f"{n:022}/left.mp3", b"x")
    ticks = iter(range(10_000))
    first = world.sweep(2 * HOUR_S, elapsed=lambda: 0.3 * next(ticks))
    left = len(world.objects.contents)
    again = world.sweep()

    assert (first["deleted"], left, again) == (250 - left, left, {"deleted": left})
    assert 0 < left < 250


def test_the_bucket_is_read_once_in_the_grace_period_and_not_in_every_sweep(world: World) -> None:
    world.sweep(2 * HOUR_S)
    world.objects.put(f"{'U' * 22}/left.mp3", b"x")

    assert [world.sweep(600) for _ in range(6)] == [{}] * 5 + [{"deleted": 1}]


def test_a_repair_that_fails_does_not_stop_the_others(world: World) -> None:
    class Broken(FakeObjectListing):
        def delete(self, name: str, generation: int) -> None:
            if name.startswith("T"):
                raise Unavailable(name)
            super().delete(name, generation)

    world.listing = Broken(world.objects, world.clock)
    for folder in ("T" * 22, "U" * 22):
        world.objects.put(f"{folder}/left.mp3", b"x")

    assert world.sweep(2 * HOUR_S) == {"error": 1, "deleted": 1}


def test_a_second_sweep_repairs_nothing_more(world: World) -> None:
    world.converting(finished=True)
    world.objects.put(f"{'U' * 22}/left.mp3", b"x")
    world.sweep(2 * HOUR_S)

    assert world.sweep() == {}


def test_deletion_of_a_user_that_was_interrupted_is_continued(world: World) -> None:
    world.stored()
    world.objects.put(SONG, b"sound")
    world.deletions.add(Deletion("ana", NOON))
    first = world.sweep()
    left = (dict(world.tasks.stored), dict(world.objects.contents))
    second = world.sweep(HOUR_S)

    assert (first, left) == ({}, ({}, {}))
    assert (second, world.deletions.stored) == ({"forgotten": 1}, {})
