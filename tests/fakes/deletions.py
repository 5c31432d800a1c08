"""Deletions of users in memory, and the use case over fakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.service.forgetting import Forgetting, Grants
from tests.fakes.accounts import FakeUsers
from tests.fakes.admission import FakeAdmission
from tests.fakes.keys import FakeKeys
from tests.fakes.webhooks import FakeEndpoints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.ports.deletions import Deletion
    from tests.fakes.clock import FakeClock
    from tests.fakes.task_folder import FakeFolder
    from tests.fakes.tasks import FakeTasks


@dataclass
class FakeDeletions:
    """`DeletionStore` in a dictionary."""

    stored: dict[str, Deletion] = field(default_factory=dict)

    def add(self, deletion: Deletion) -> None:
        self.stored.setdefault(deletion.owner, deletion)

    def pending(self, limit: int) -> Sequence[Deletion]:
        return list(self.stored.values())[:limit]

    def remove(self, owner: str) -> None:
        self.stored.pop(owner, None)


def forgetting_over(
    tasks: FakeTasks, folder: FakeFolder, deletions: FakeDeletions, clock: FakeClock
) -> Forgetting:
    """The use case for users who have tasks and files only."""
    grants = Grants(FakeKeys(), FakeEndpoints())
    return Forgetting(FakeUsers(), grants, tasks, folder, FakeAdmission(tasks, clock), deletions, clock)
