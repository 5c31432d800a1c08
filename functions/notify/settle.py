"""Gives a task its final state once its attempt has finished, and queues the delivery of its outcome.

Idempotent under redelivery: the second call finds the task settled and writes nothing. It queues the delivery
again, in case the first call died between its write and its queueing; the queue knows the delivery by its
name and the task's log knows whether it was made, so the receiver gets no second event.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain.errors import Forbidden, NotFound, Stale
from shared.domain.webhook import DeliveryState, event_id
from shared.service.update import change_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Task
    from shared.ports.clock import Clock
    from shared.ports.tasks import TaskStore
    from shared.webhooks.ports import DeliveryQueue, EndpointStore

    from .inputs import FinishedAttempt


@dataclass(frozen=True, slots=True)
class SettleTask:
    """The use case.

    Attributes:
        queue: of deliveries; built when the first one is due, since most tasks have none.
    """

    tasks: TaskStore
    endpoints: EndpointStore
    queue: Callable[[], DeliveryQueue]
    clock: Clock

    def run(self, task_id: str, finished: FinishedAttempt) -> Task | None:
        """The settled task; None if it was settled before, has moved on or is deleted.

        Raises:
            Forbidden: the nonce is not the task's.
        """

        def settle(task: Task) -> Task:
            check_nonce(task, finished.nonce)
            now = self.clock()
            settled = task.settled(finished.generation, finished.attempt, now)
            event = settled.outcome_event()
            if event is None or not self._has_receiver(settled):
                return replace(settled, webhook=settled.webhook.without_delivery())
            return replace(settled, webhook=settled.webhook.with_outcome(event, now))

        try:
            task = change_task(self.tasks, task_id, settle)
        except NotFound:
            return None
        except Stale:
            self._queue_delivery(self.tasks.get(task_id), finished)
            return None
        self._queue_delivery(task, finished)
        return task

    def _has_receiver(self, task: Task) -> bool:
        if task.webhook.url:
            return True
        endpoint = self.endpoints.get(task.owner)
        return bool(endpoint and endpoint.receiver)

    def _queue_delivery(self, task: Task | None, finished: FinishedAttempt) -> None:
        if task is None or task.webhook.state is not DeliveryState.PENDING:
            return
        # Each attempt queues the next one itself.
        is_first = task.webhook.sent == 0
        if is_first and task.webhook.event == event_id(task.id, finished.generation, finished.attempt):
            self.queue().enqueue_attempt(task)


def check_nonce(task: Task, nonce: str) -> None:
    """Raise Forbidden unless the caller knows the task's secret."""
    if not hmac.compare_digest(task.nonce.encode(), nonce.encode()):
        raise Forbidden("The nonce does not belong to this task.")
