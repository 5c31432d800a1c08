"""The states of a task and their transitions, and the claim of the instance or the queue that has it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.domain.errors import IllegalTransition

if TYPE_CHECKING:
    from datetime import datetime


class State(StrEnum):
    """The state of a task."""

    WAITING = "WAITING"  # for its upload
    UPLOADED = "UPLOADED"  # no instance is converting it
    CONVERTING = "CONVERTING"  # an instance holds the lease
    PROCESSED = "PROCESSED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"  # the upload never came


FINAL = frozenset({State.PROCESSED, State.FAILED, State.CANCELLED, State.EXPIRED})

_NEXT: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.UPLOADED, State.CONVERTING, State.CANCELLED, State.EXPIRED}),
    State.UPLOADED: frozenset({State.CONVERTING, State.CANCELLED, State.UPLOADED}),
    State.CONVERTING: frozenset(
        {State.CONVERTING, State.UPLOADED, State.PROCESSED, State.FAILED, State.CANCELLED}
    ),
    # A request for other outputs converts the file again.
    State.PROCESSED: frozenset({State.UPLOADED}),
    State.FAILED: frozenset({State.UPLOADED}),
    State.CANCELLED: frozenset({State.UPLOADED}),
    State.EXPIRED: frozenset(),
}


def check_transition(now: State, then: State) -> None:
    """Raise IllegalTransition unless a task may change from `now` to `then`."""
    if then not in _NEXT[now]:
        valid = sorted(_NEXT[now])
        raise IllegalTransition(f"A task that is {now} cannot become {then}.", field="state", valid=valid)


@dataclass(frozen=True, slots=True)
class Claim:
    """The lease of one attempt on one generation of the source.

    Attributes:
        attempt: the last one that has begun; 0 if none has.
        lease_id: of the instance; empty if the upload was left to a queue before an instance began.
        finished: the attempt has stored its result; only notify is left to run.
        queue: in which the upload waits for another instance; empty if it does not wait.
    """

    generation: int
    attempt: int
    lease_id: str
    lease_until: datetime
    finished: bool = False
    queue: str = ""

    @property
    def continues(self) -> bool:
        """Whether the call of the queue continues an attempt that has begun."""
        return bool(self.queue and self.lease_id)

    @property
    def next_attempt(self) -> int:
        """The attempt that the next instance works on."""
        return self.attempt + (not self.continues)
