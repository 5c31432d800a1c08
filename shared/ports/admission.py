"""New tasks, stored answers and the counters of one user."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.task import Task


class Arrival(NamedTuple):
    """How fast one user may go, as a leaky bucket that a database can keep with two blind writes.

    Each step moves the user's mark to max(mark, now) + interval; a mark further ahead of now than a minute
    says that more was asked for than the bucket holds. Units: microseconds since 1970.
    """

    at_us: int
    interval_us: int


class Usage(NamedTuple):
    """A user's counters, right after a step.

    Attributes:
        mark_us: see `Pace`.
        begun: tasks that the user has ever begun, those among them that were refused; it only grows.
        ended: of those, how many were refused, or had ended when somebody last counted; never too many.
    """

    tat_us: int
    started: int
    ended: int


class StoredResponse(NamedTuple):
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
    stored_at: datetime | None = None
    revision: str | None = None


class Admission(Protocol):
    """Takes in what users ask for, and counts it; each method is one call."""

    def admit(self, task: Task, arrival: Arrival, answer: StoredResponse | None) -> tuple[Task, Usage]:
        """Store the task and the answer and take a step, all or nothing. Raises AlreadyExists."""
        ...

    def withdraw(self, task: Task, arrival: Arrival, answer: StoredResponse | None) -> None:
        """Undo `admit`: the task has ended."""
        ...

    def take_token(self, owner: str, arrival: Arrival, *, started: int = 0) -> Usage:
        """Take a step without a new task; `begun` says how many are begun anew."""
        ...

    def return_token(self, owner: str, arrival: Arrival, *, started: int = 0) -> None:
        """Undo `step`: what was begun has ended."""
        ...

    def count_open(self, owner: str, most: int) -> int:
        """How many tasks have not ended, counted up to `most`."""
        ...

    def record_ended(self, owner: str, ended: int) -> None:
        """Keep what was counted."""
        ...

    def find_response(self, owner: str, key: str) -> StoredResponse | None:
        """What was answered under that key."""
        ...

    def delete_response(self, answer: StoredResponse) -> None:
        """Remove it. Raises RevisionChanged if it is there no more, or another one is."""
        ...
