"""The right to work on one upload: taken, kept while work goes on, and given up."""

from __future__ import annotations

import contextlib
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain.errors import LeaseLost, NotFound, Unavailable
from shared.service.update import change_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Failure, Output, Probe, Task, Upload
    from shared.ports.clock import Clock
    from shared.ports.tasks import TaskStore

PROGRESS_EVERY_S = 2.0


@dataclass(slots=True)
class Lease:
    """Held by this instance on one task. Every method fails with LeaseLost once somebody else decides.

    `report` may be called as often as one likes; it writes at most every two seconds, which is what one
    document sustains, and each write proves that the task still wants us.
    """

    store: TaskStore
    clock: Clock
    task: Task
    lease_id: str
    duration: timedelta
    reported_at: float

    @classmethod
    def take(cls, store: TaskStore, clock: Clock, upload: Upload, task: Task, duration_s: int) -> Lease:
        """Claim the task, as it was just read, for this upload.

        Raises:
            NotFound: it is gone by now.
            Stale: the upload is not the task's, or is settled.
            LeaseHeld: another instance is at work.
        """
        lease_id, duration = secrets.token_urlsafe(12), timedelta(seconds=duration_s)

        def claim(task: Task) -> Task:
            now = clock()
            return task.claimed(upload, lease_id, now + duration, now)

        claimed = change_task(store, task.id, claim, known=task)
        return cls(store, clock, claimed, lease_id, duration, time.monotonic())

    def report(self, progress: float) -> None:
        """Say how far the work is, 0 to 1; a report that does not get through is made up for by the next."""
        if time.monotonic() - self.reported_at < PROGRESS_EVERY_S:
            return
        now = self.clock()
        # The lease outlives the work: no need to throw that away because the database is away for a moment.
        with contextlib.suppress(Unavailable):
            self._change(lambda task: task.progressed(self.lease_id, progress, now + self.duration, now))
        self.reported_at = time.monotonic()

    def confirm(self) -> None:
        """Make sure that the task still is ours, whenever the last report was."""
        now = self.clock()
        self._change(lambda task: task.progressed(self.lease_id, task.progress, now + self.duration, now))

    def finish(self, outputs: tuple[Output, ...], probe: Probe) -> Task:
        """Write down that every output is stored."""
        return self._change(lambda task: task.finished(self.lease_id, outputs, probe, self.clock()))

    def give_up(self, failure: Failure) -> Task:
        """Write down why this can never succeed."""
        return self._change(lambda task: task.failed(self.lease_id, failure, self.clock()))

    def release(self) -> Task:
        """Let the next attempt begin at once."""
        return self._change(lambda task: task.released(self.lease_id, self.clock()))

    def _change(self, change: Callable[[Task], Task]) -> Task:
        try:
            self.task = change_task(self.store, self.task.id, change, known=self.task)
        except NotFound as error:
            raise LeaseLost("The task was deleted.") from error
        return self.task
