"""The states of a task and their transitions."""

from __future__ import annotations

from enum import StrEnum

from shared.domain.errors import IllegalTransition


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
    State.WAITING: frozenset({State.CONVERTING, State.CANCELLED, State.EXPIRED}),
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
