"""Gives a task its final state, once, whoever calls and however often.

Idempotent under redelivery: the second call finds the task settled and is acknowledged without a write.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.changing import change_task
from shared.errors import Forbidden, InvalidField, NotFound, Stale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.ports import Clock, TaskStore
    from shared.task import Task


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
    nonce, generation, attempt = body.get("nonce"), body.get("generation"), body.get("attempt")
    if not isinstance(nonce, str):
        raise InvalidField("nonce must be text.", field="nonce")
    if not isinstance(generation, str) or not generation.isdecimal() or len(generation) > 19:  # noqa: PLR2004  # 2^63
        raise InvalidField("generation must be a number as text.", field="generation")
    if not isinstance(attempt, int) or isinstance(attempt, bool) or attempt < 1:
        raise InvalidField("attempt must be a whole number above 0.", field="attempt")
    return Announcement(nonce, int(generation), attempt)


@dataclass(frozen=True, slots=True)
class Finish:
    """The use case."""

    store: TaskStore
    clock: Clock

    def run(self, task_id: str, said: Announcement) -> Task | None:
        """Settle the task; None when there is nothing to do any more.

        Raises:
            Forbidden: the nonce is not the task's.
        """

        def settle(task: Task) -> Task:
            if not hmac.compare_digest(task.nonce.encode(), said.nonce.encode()):
                raise Forbidden("The nonce is not this task's.")
            return task.settled(said.generation, said.attempt, self.clock())

        try:
            return change_task(self.store, task_id, settle)
        except (NotFound, Stale):
            return None
