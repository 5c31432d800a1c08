"""What webhooks need of the outside world, as protocols."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shared.domain.task import Task
    from shared.webhooks.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, or why nothing did.

    Attributes:
        status: HTTP status; None if there was no answer.
        text: the first `ANSWER_BYTES` of the body, or the reason in words.
        retry_after_s: what the receiver asked for, if it did so in seconds.
    """

    status: int | None
    text: str
    duration_ms: int
    retry_after_s: int | None = None

    @property
    def is_success(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004  # HTTP's own range


class EndpointStore(Protocol):
    """Each user's webhook endpoint, with a revision that changes at every write."""

    def get(self, owner: str) -> Endpoint | None:
        """The user's endpoint, or None."""
        ...

    def put(self, endpoint: Endpoint) -> None:
        """Store what it has become. Raises RevisionChanged if it is not as it was read any more."""
        ...


class DeliveryQueue(Protocol):
    """Has notify make the next attempt to tell a task's outcome."""

    def enqueue_attempt(self, task: Task, not_before: datetime | None = None) -> None:
        """Enqueue it; enqueuing the same attempt twice is the same as once."""
        ...


class Sender(Protocol):
    """Calls addresses that strangers chose."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One POST; a failure is an answer too."""
        ...
