"""The right to work on one upload: claimed, extended during the work, and given up."""

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

    from shared.domain.costs.charges import Charge
    from shared.domain.files import Output, Upload
    from shared.domain.media import Probe
    from shared.domain.notes.base import Note
    from shared.domain.task import Failure, Task
    from shared.ports.clock import Clock
    from shared.ports.ledger import Totals
    from shared.ports.tasks import TaskStore

PROGRESS_EVERY_S = 2.0


@dataclass(slots=True)
class Lease:
    """This instance's lease on one task. Every method raises LeaseLost once the task is no longer ours.

    `report` may be called at any rate. It writes at most every two seconds, which one document sustains, and
    each write proves that the lease still holds.

    Attributes:
        continues: whether the attempt began in another instance, which left it to a queue.
    """

    tasks: TaskStore
    clock: Clock
    task: Task
    lease_id: str
    duration: timedelta
    reported_at: float
    continues: bool = False

    @classmethod
    def claim(cls, tasks: TaskStore, clock: Clock, upload: Upload, task: Task, duration_s: int) -> Lease:
        """Claim the task, as just read, for this upload.

        Raises:
            NotFound: the task was deleted.
            Stale: the upload is not the task's source, or its outcome is known.
            LeaseHeld: another instance is working on it.
        """
        lease_id, duration = secrets.token_urlsafe(12), timedelta(seconds=duration_s)

        def claim(task: Task) -> Task:
            now = clock()
            return task.claimed(upload, lease_id, now + duration, now)

        claimed = change_task(tasks, task.id, claim, known=task)
        continues = claimed.conversions == task.conversions
        return cls(tasks, clock, claimed, lease_id, duration, time.monotonic(), continues)

    def report(self, progress: float) -> None:
        """Record the progress, 0 to 1; the next write replaces a failed one."""
        if time.monotonic() - self.reported_at < PROGRESS_EVERY_S:
            return
        now = self.clock()
        # The lease outlives the attempt, so a short outage of the database need not end it.
        with contextlib.suppress(Unavailable):
            self._change(lambda task: task.progressed(self.lease_id, progress, now + self.duration, now))
        self.reported_at = time.monotonic()

    def beat(self) -> None:
        """Extend the lease without any progress, as `report` does."""
        self.report(self.task.progress)

    def confirm(self) -> None:
        """Check now that the lease still holds."""
        now = self.clock()
        self._change(lambda task: task.progressed(self.lease_id, task.progress, now + self.duration, now))

    def charge(self, charge: Charge) -> Totals:
        """Reserve what the attempt may cost, and return what the ledgers hold then."""
        found: list[Totals] = []

        def book(task: Task) -> Task:
            booked, totals = self.tasks.book(task)
            found.append(totals)
            return booked

        self._change(lambda task: task.charged(self.lease_id, charge), book)
        return found[-1]

    def finish(
        self, outputs: tuple[Output, ...], probe: Probe, notes: tuple[Note, ...], output_storage: int = 0
    ) -> Task:
        """Record that every output is stored, and for how many nano-dollars they are kept."""
        return self._change(
            lambda task: task.finished(
                self.lease_id, outputs, probe, notes, self.clock(), output_storage=output_storage
            )
        )

    def fail(self, failure: Failure) -> Task:
        """Record why this upload can never be converted."""
        return self._change(lambda task: task.failed(self.lease_id, failure, self.clock()))

    def refuse(self, failure: Failure) -> Task:
        """Record which limit the attempt would exceed, and take its charge back."""
        return self._change(lambda task: task.refused(self.lease_id, failure, self.clock()))

    def uncharge(self) -> Task:
        """Take the charge back, since the attempt has to wait."""
        return self._change(lambda task: task.uncharged(self.lease_id))

    def queue(self, name: str) -> Task:
        """Leave the attempt to a queue."""
        return self._change(lambda task: task.queued(self.lease_id, name, self.clock()))

    def release(self) -> Task:
        """Let the next attempt start immediately."""
        return self._change(lambda task: task.released(self.lease_id, self.clock()))

    def _change(self, change: Callable[[Task], Task], write: Callable[[Task], Task] | None = None) -> Task:
        try:
            self.task = change_task(self.tasks, self.task.id, change, known=self.task, write=write)
        except NotFound as error:
            raise LeaseLost("The task was deleted.") from error
        return self.task
