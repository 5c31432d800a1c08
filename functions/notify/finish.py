"""Gives a task its final state, once, whoever calls and however often, and has its outcome told.

Idempotent under redelivery: the second call finds the task settled and writes nothing. It enqueues the
telling again, in case the first call died between its write and its enqueuing; the queue knows that call by
its name, and the task's log knows whether it was made, so no second event is ever sent.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from shared.domain.errors import Forbidden, InvalidField, NotFound, Stale
from shared.domain.webhook import DeliveryState, event_id
from shared.service.update import change_task

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shared.domain.task import Task
    from shared.ports.clock import Clock
    from shared.ports.tasks import TaskStore
    from shared.webhooks.ports import DeliveryQueue, EndpointStore


@dataclass(frozen=True, slots=True)
class Announcement:
    """What convert says: this attempt on this generation has finished; the nonce proves who says it."""

    nonce: str
    generation: int
    attempt: int


def parse_announcement(body: Mapping[str, Any]) -> Announcement:
    """The announcement in a JSON body.

    Raises:
        InvalidField: a part is missing or of another kind.
    """
    nonce, generation = text(body, "nonce"), body.get("generation")
    if not isinstance(generation, str) or not generation.isdecimal() or len(generation) > 19:  # noqa: PLR2004  # 2^63
        raise InvalidField("generation must be a string of digits.", field="generation")
    return Announcement(nonce, int(generation), count(body, "attempt"))


def text(body: Mapping[str, Any], name: str) -> str:
    """A field that holds text, or InvalidField."""
    value = body.get(name)
    if not isinstance(value, str):
        raise InvalidField(f"{name} must be a string.", field=name)
    return value


def count(body: Mapping[str, Any], name: str) -> int:
    """A field that holds a whole number above 0, or InvalidField."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidField(f"{name} must be a positive integer.", field=name)
    return value


def check_nonce(task: Task, nonce: str) -> None:
    """Raise Forbidden unless the caller knows the task's own secret."""
    if not hmac.compare_digest(task.nonce.encode(), nonce.encode()):
        raise Forbidden("The nonce does not belong to this task.")


@dataclass(frozen=True, slots=True)
class Finish:
    """The use case.

    Attributes:
        queue: of tellings; it is made when the first one is due, for most tasks have none.
    """

    store: TaskStore
    endpoints: EndpointStore
    queue: Callable[[], DeliveryQueue]
    clock: Clock

    def run(self, task_id: str, said: Announcement) -> Task | None:
        """Settle the task; None when there is nothing to do any more.

        Raises:
            Forbidden: the nonce is not the task's.
        """

        def settle(task: Task) -> Task:
            check_nonce(task, said.nonce)
            now = self.clock()
            settled = task.settled(said.generation, said.attempt, now)
            event = settled.outcome_event()
            if event is None or not self._is_wanted(settled):
                return replace(settled, webhook=settled.webhook.without_delivery())
            return replace(settled, webhook=settled.webhook.with_outcome(event, now))

        try:
            task = change_task(self.store, task_id, settle)
        except NotFound:
            return None
        except Stale:
            self._tell(self.store.get(task_id), said)
            return None
        self._tell(task, said)
        return task

    def _is_wanted(self, task: Task) -> bool:
        """Whether anybody has asked to be told."""
        if task.webhook.url:
            return True
        endpoint = self.endpoints.get(task.owner)
        return bool(endpoint and endpoint.receiver)

    def _tell(self, task: Task | None, said: Announcement) -> None:
        if task is None or task.webhook.state is not DeliveryState.PENDING:
            return
        # Once an attempt was made, each books the next by itself.
        first = task.webhook.sent == 0
        if first and task.webhook.event == event_id(task.id, said.generation, said.attempt):
            self.queue().enqueue_attempt(task)
