"""New tasks, stored answers and the counters of one user."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.task import Task


class Pace(NamedTuple):
    """How fast one user may go, as a leaky bucket that a database can keep with two blind writes.

    Each step moves the user's mark to max(mark, now) + interval; a mark further ahead of now than a minute
    says that more was asked for than the bucket holds. Units: microseconds since 1970.
    """

    now_us: int
    interval_us: int


class Tally(NamedTuple):
    """A user's counters, right after a step.

    Attributes:
        mark_us: see `Pace`.
        begun: tasks that the user has ever begun, those among them that were refused; it only grows.
        ended: of those, how many were refused, or had ended when somebody last counted; never too many.
    """

    mark_us: int
    begun: int
    ended: int


class KeptAnswer(NamedTuple):
    """What a request with an Idempotency-Key was answered, for whoever sends it again.

    Attributes:
        fingerprint: of what was asked.
        body: of the answer, JSON.
        expire_at: from when on the key is as good as new.
        kept_at: when; the store's own time. None before it is stored.
        revision: of the task as it was stored together with this; None before.
    """

    owner: str
    key: str
    fingerprint: str
    task_id: str
    body: str
    expire_at: datetime
    kept_at: datetime | None = None
    revision: str | None = None


class Admission(Protocol):
    """Takes in what users ask for, and counts it; each method is one call."""

    def admit(self, task: Task, pace: Pace, answer: KeptAnswer | None) -> tuple[Task, Tally]:
        """Store the task and the answer and take a step, all or nothing. Raises AlreadyExists."""
        ...

    def withdraw(self, task: Task, pace: Pace, answer: KeptAnswer | None) -> None:
        """Undo `admit`: the task has ended."""
        ...

    def step(self, owner: str, pace: Pace, *, begun: int = 0) -> Tally:
        """Take a step without a new task; `begun` says how many are begun anew."""
        ...

    def unstep(self, owner: str, pace: Pace, *, begun: int = 0) -> None:
        """Undo `step`: what was begun has ended."""
        ...

    def count_open(self, owner: str, most: int) -> int:
        """How many tasks have not ended, counted up to `most`."""
        ...

    def note_ended(self, owner: str, ended: int) -> None:
        """Keep what was counted."""
        ...

    def kept(self, owner: str, key: str) -> KeptAnswer | None:
        """What was answered under that key."""
        ...

    def forget(self, answer: KeptAnswer) -> None:
        """Remove it. Raises RevisionChanged if it is there no more, or another one is."""
        ...
