"""Deletes everything of a user: account, API keys, webhook endpoint, tasks with their files, drops, counters.

The request is stored first and the account goes next, so that nothing new comes in. Each further step can be
repeated. If the instance dies, or there is more than fits into one request, the sweeper in notify continues.
It looks once more after `LATE_S`, for what requests that were under way have added.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.errors import IllegalTransition, NotFound
from shared.domain.formats import FORMATS
from shared.ports.deletions import Deletion
from shared.ports.tasks import TaskQuery
from shared.service.update import change_task, remove_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Task
    from shared.keys.ports import KeyStore
    from shared.ports.accounts import UserDirectory
    from shared.ports.admission import Admission
    from shared.ports.clock import Clock
    from shared.ports.deletions import DeletionStore
    from shared.ports.task_folder import TaskFolder
    from shared.ports.tasks import TaskStore
    from shared.webhooks.ports import EndpointStore

PAGE = 100
# Longer than any request takes.
LATE_S = 3600


class Forgotten(NamedTuple):
    """What was deleted.

    Attributes:
        is_complete: whether nothing is left; otherwise the time was up.
    """

    had_account: bool
    tasks: int
    files: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Grants:
    """What lets programs and receivers into an account: its API keys and its webhook endpoint."""

    keys: KeyStore
    endpoints: EndpointStore

    def remove(self, owner: str) -> None:
        """Delete both."""
        while keys := self.keys.of_owner(owner, PAGE):
            for key in keys:
                self.keys.remove(key.id)
        self.endpoints.remove(owner)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """The use case."""

    users: UserDirectory
    grants: Grants
    tasks: TaskStore
    folder: TaskFolder
    admission: Admission
    deletions: DeletionStore
    clock: Clock
    elapsed: Callable[[], float] = time.monotonic

    def forget(self, owner: str, budget_s: float) -> Forgotten:
        """Delete everything, or as much as is possible in this time; the sweeper deletes the rest."""
        self.deletions.add(Deletion(owner, self.clock()))
        return self._delete(owner, self.elapsed() + budget_s)

    def continue_all(self, deadline: float) -> int:
        """Continue what was interrupted, until `elapsed` is `deadline`; the number of users who are done."""
        done = 0
        for deletion in self.deletions.pending(PAGE):
            if not self._delete(deletion.owner, deadline).is_complete:
                break
            if self.clock() >= deletion.requested_at + timedelta(seconds=LATE_S):
                self.deletions.remove(deletion.owner)
                done += 1
        return done

    def _delete(self, owner: str, deadline: float) -> Forgotten:
        had_account = self.users.delete(owner)
        self.grants.remove(owner)
        tasks = files = 0
        while found := self.tasks.page(TaskQuery(owner, size=PAGE)).tasks:
            for task in found:
                if self.elapsed() >= deadline:
                    return Forgotten(had_account, tasks, files, is_complete=False)
                files += self._delete_task(task)
                tasks += 1
        # A delivery that was under way creates an endpoint where there is none.
        self.grants.endpoints.remove(owner)
        files += sum(self.folder.delete_folder(f"drop/{name}/{owner}") for name in FORMATS)
        self.admission.forget(owner)
        return Forgotten(had_account, tasks, files, is_complete=True)

    def _delete_task(self, task: Task) -> int:
        """Cancel first, so that nothing writes into the folder; the document, which names it, goes last."""
        with suppress(NotFound, IllegalTransition):
            if not task.is_final:
                task = change_task(self.tasks, task.id, self._cancelled)
        files = self.folder.delete_folder(task.id)
        remove_task(self.tasks, task, self.clock)
        return files

    def _cancelled(self, task: Task) -> Task:
        return task if task.is_final else task.cancelled(self.clock())
