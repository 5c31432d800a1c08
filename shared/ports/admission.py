"""Admission of new tasks: quotas, counters and idempotency."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.task import Task


class Arrival(NamedTuple):
    """One request, for rate limiting by GCRA, a leaky bucket that takes two blind writes.

    Each request moves the user's theoretical arrival time to max(that time, now) + interval. If it is more
    than a minute ahead of now, the user has exceeded the rate.

    Attributes:
        at_us: now, in microseconds since 1970.
        interval_us: between requests at the permitted rate, in microseconds.
    """

    at_us: int
    interval_us: int


class Usage(NamedTuple):
    """The counters of a user, right after a request.

    Attributes:
        tat_us: the theoretical arrival time (see `Arrival`), in microseconds since 1970.
        started: all tasks that the user ever started, refused ones included; never decreases.
        ended: the tasks among them known to have ended; never more than have ended.
        spent: nano-dollars of this month, without what conversions in progress have reserved.
    """

    tat_us: int
    started: int
    ended: int
    spent: int = 0


class StoredResponse(NamedTuple):
    """The response to a request with an Idempotency-Key, returned again for a repeated request.

    Attributes:
        fingerprint: of the request.
        body: JSON.
        expire_at: when the key may be used for another request.
        stored_at: by the store's clock; None before it is stored.
        revision: of the task that was stored with it; None before it is stored.
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
    """Stores and counts users' requests; each method is one call."""

    def admit(self, task: Task, arrival: Arrival, response: StoredResponse | None) -> tuple[Task, Usage]:
        """Store the task and the response and count the request, all or nothing. Raises AlreadyExists."""
        ...

    def withdraw(self, task: Task, arrival: Arrival, response: StoredResponse | None) -> None:
        """Undo `admit`, which returned this task."""
        ...

    def take_token(self, owner: str, arrival: Arrival, *, started: int = 0) -> Usage:
        """Count a request without a new task, and so many tasks that start again."""
        ...

    def return_token(self, owner: str, arrival: Arrival, *, started: int = 0) -> None:
        """Undo `take_token`; the tasks that it started count as ended."""
        ...

    def count_open(self, owner: str, limit: int) -> int:
        """The number of unfinished tasks, counted up to `limit`."""
        ...

    def record_ended(self, owner: str, ended: int) -> None:
        """Store the number of ended tasks, unless a larger one is stored."""
        ...

    def record_fetched(self, owner: str, month: str, size_bytes: int, nano_usd: int) -> None:
        """Add downloads, and what they cost, to the user's month (as 2026-11)."""
        ...

    def forget(self, owner: str) -> None:
        """Delete the user's counters."""
        ...

    def find_response(self, owner: str, key: str) -> StoredResponse | None:
        """The stored response for that key."""
        ...

    def delete_response(self, response: StoredResponse) -> None:
        """Delete it. Raises RevisionChanged if it was deleted or replaced."""
        ...
