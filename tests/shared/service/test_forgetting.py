"""Everything of a user is deleted, wherever the instance dies, and nothing of another user."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from shared.keys.api_key import NewKey, Scope, new_key, new_secret
from shared.service.forgetting import LATE_S, Forgetting, Grants
from shared.webhooks.endpoint import Endpoint
from tests.builders import a_task
from tests.fakes.accounts import FakeUsers
from tests.fakes.admission import FakeAdmission
from tests.fakes.clock import FakeClock
from tests.fakes.deletions import FakeDeletions
from tests.fakes.keys import FakeKeys
from tests.fakes.task_folder import FakeFolder
from tests.fakes.tasks import FakeTasks
from tests.fakes.webhooks import FakeEndpoints

OWNERS = ("ana", "bea")


class KilledError(Exception):
    """The instance is gone."""


@dataclass
class Steps:
    """How many calls of ports an instance makes before it is killed."""

    left: float = math.inf

    def of(self, port: Any) -> Any:
        return _Counted(port, self)


class _Counted:
    def __init__(self, port: Any, steps: Steps) -> None:
        self._port, self._steps = port, steps

    def __getattr__(self, name: str) -> Any:
        if self._steps.left <= 0:
            raise KilledError
        self._steps.left -= 1
        return getattr(self._port, name)


@dataclass
class World:
    """Ana and Bea, who have both brought the same."""

    tasks: FakeTasks = field(default_factory=FakeTasks)
    folder: FakeFolder = field(default_factory=FakeFolder)
    keys: FakeKeys = field(default_factory=FakeKeys)
    endpoints: FakeEndpoints = field(default_factory=FakeEndpoints)
    users: FakeUsers = field(default_factory=FakeUsers)
    deletions: FakeDeletions = field(default_factory=FakeDeletions)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.admission = FakeAdmission(self.tasks, self.clock)
        for owner in OWNERS:
            for number in range(2):
                task = self.tasks.create(a_task(owner=owner, id=f"{owner}{number}".ljust(22, "T")))
                self.folder.objects.put(f"{task.id}/song.wav", b"RIFF")
            self.folder.objects.put(f"drop/mp3/{owner}/song.wav", b"RIFF")
            key = new_key(new_secret(), owner, NewKey("server", Scope.WRITE, None), self.clock())
            self.keys.add(key)
            self.endpoints.put(Endpoint.new(owner, "secret", self.clock()))

    def forgetting(self, steps: Steps) -> Forgetting:
        grants = Grants(steps.of(self.keys), steps.of(self.endpoints))
        ports = (self.users, self.tasks, self.folder, self.admission, self.deletions)
        users, tasks, folder, admission, deletions = map(steps.of, ports)
        return Forgetting(users, grants, tasks, folder, admission, deletions, self.clock, elapsed=lambda: 0.0)

    def owned_by(self, owner: str) -> tuple[list[str], ...]:
        """Everything of a user by kind."""
        return (
            [uid for uid in self.users.verified if uid == owner],
            [key.id for key in self.keys.stored.values() if key.owner == owner],
            [name for name in self.endpoints.stored if name == owner],
            [task.id for task in self.tasks.stored.values() if task.owner == owner],
            [name for name in self.folder.objects.contents if owner in name],
        )


def test_interrupted_deletion_is_continued_from_every_step() -> None:
    killed = 0
    while True:
        world, steps = World(), Steps(killed + 1)
        before = world.owned_by("bea")
        try:
            world.forgetting(steps).forget("ana", 1.0)
        except KilledError:
            killed += 1
        else:
            break
        world.forgetting(Steps()).continue_all(1.0)

        assert world.owned_by("ana") == ([], [], [], [], [])
        assert world.owned_by("bea") == before
    assert killed > len(OWNERS)
    assert world.owned_by("ana") == ([], [], [], [], [])


def test_deletion_that_was_never_stored_is_not_continued() -> None:
    world = World()
    world.forgetting(Steps()).continue_all(1.0)

    assert all(world.owned_by("ana"))


def test_deletion_stops_when_its_time_is_up_and_says_so() -> None:
    world = World()
    done = world.forgetting(Steps()).forget("ana", 0.0)
    left = len(world.owned_by("ana")[3])
    world.forgetting(Steps()).continue_all(1.0)

    assert (done.is_complete, done.had_account, left) == (False, True, 2)
    assert world.owned_by("ana") == ([], [], [], [], [])


def test_what_a_late_request_adds_is_deleted_too_before_the_deletion_is_forgotten() -> None:
    world = World()
    world.forgetting(Steps()).forget("ana", 1.0)
    world.tasks.create(a_task(owner="ana", id="L" * 22))
    world.clock.advance(LATE_S - 1)
    early = world.forgetting(Steps()).continue_all(1.0)
    world.clock.advance(1)
    late = world.forgetting(Steps()).continue_all(1.0)

    assert (early, late, world.deletions.stored) == (0, 1, {})
    assert world.owned_by("ana") == ([], [], [], [], [])


def test_running_conversion_is_cancelled_before_its_folder_is_emptied() -> None:
    world, seen = World(), list[str]()
    delete_folder = world.folder.delete_folder

    def watched(folder: str) -> int:
        seen.extend(task.state.value for task in world.tasks.stored.values() if task.id == folder)
        return delete_folder(folder)

    world.folder.delete_folder = watched  # type: ignore[method-assign]  # watches and calls the original
    world.forgetting(Steps()).forget("ana", 1.0)

    assert seen == ["CANCELLED"] * 2
