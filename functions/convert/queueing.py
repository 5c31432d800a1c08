"""Leaves to a queue what would keep an instance busy for too long, or too many for one owner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.costs.prediction import predict
from shared.domain.states import State
from shared.service.update import change_task

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from shared.domain.files import Output, Upload
    from shared.domain.media import Probe
    from shared.domain.task import Task
    from shared.ports.conversion_queue import ConversionQueue
    from shared.ports.ledger import ConversionCounter
    from shared.ports.tasks import TaskStore
    from shared.runtime.log import Log

    from .lease import Lease

LONG, BULK = "long", "bulk"


class MustQueue(Exception):
    """The attempt has to wait in this queue. Caught by the pipeline."""

    def __init__(self, queueing: Queueing, queue: str) -> None:
        super().__init__(queue)
        self.queueing, self.queue = queueing, queue


@dataclass(frozen=True, slots=True)
class Queueing:
    """Decides what waits in a queue. An instance that works for a queue has none.

    Attributes:
        long_s: predicted time of the longest conversion that an event's instance starts.
        counter: of running conversions.
        per_owner: conversions of one owner that may run before the next one waits.
        piles: owners who had more when this instance last counted.
    """

    queue: ConversionQueue
    long_s: float
    counter: ConversionCounter
    per_owner: int
    piles: set[str] = field(default_factory=set)

    def is_share_used(self, task: Task) -> bool:
        """Return whether the owner of this task, which is not claimed, has as many running as may be.

        Only owners with a pile are counted before the claim: an instance knows them from the event before.
        """
        if task.owner not in self.piles:
            return False
        # What a dead instance left behind counts as running, but this is the event that takes it over.
        others = self.per_owner + (task.state is State.CONVERTING)
        is_used = self.counter.count_running(task.owner, others) >= others
        if not is_used:
            self.piles.discard(task.owner)
        return is_used

    def check_share(self, task: Task) -> None:
        """Raise MustQueue if the owner of this claimed task has more conversions running than may be."""
        if self.counter.count_running(task.owner, self.per_owner + 1) > self.per_owner:
            self.piles.add(task.owner)
            raise MustQueue(self, BULK)

    def check_length(self, source: Probe, size_bytes: int, outputs: Sequence[Output]) -> None:
        """Raise MustQueue if the conversion may be a long one."""
        if predict(source, size_bytes, outputs).most_s > self.long_s:
            raise MustQueue(self, LONG)

    def enqueue(self, lease: Lease, upload: Upload, queue: str, log: Log) -> None:
        """Store that the attempt waits, and enqueue its call. A redelivered event enqueues it again.

        Raises:
            LeaseLost: the task was deleted, cancelled, changed or taken over.
            PlatformError: the event has to be delivered again.
        """
        task = lease.queue(queue)
        log.info("queued", queue=queue)
        self.queue.enqueue_conversion(task, upload)
        log.info("handed_over", queue=queue)

    def enqueue_unclaimed(
        self, tasks: TaskStore, task: Task, upload: Upload, now: datetime, log: Log
    ) -> None:
        """As `enqueue`, for an upload that no instance has claimed, so that its event takes a moment only.

        Raises:
            NotFound, Stale, LeaseHeld: as for a claim.
            PlatformError: the event has to be delivered again.
        """
        task = change_task(tasks, task.id, lambda task: task.left_to_queue(upload, BULK, now), known=task)
        log.info("queued", queue=BULK)
        self.queue.enqueue_conversion(task, upload)
        log.info("handed_over", queue=BULK)

    def enqueue_again(self, task: Task, upload: Upload) -> None:
        """Enqueue the call of an attempt that waits, in case that the first call was lost."""
        self.queue.enqueue_conversion(task, upload)
