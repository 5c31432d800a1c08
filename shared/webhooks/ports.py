"""Protocols for everything outside of webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shared.domain.task import Task
    from shared.webhooks.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """The receiver's response, or why there is none.

    Attributes:
        status: HTTP status; None if there was no response.
        text: the first `RESPONSE_BYTES` of the body, or the reason.
        retry_after_s: Retry-After, if given in seconds.
    """

    status: int | None
    text: str
    duration_ms: int
    retry_after_s: int | None = None

    @property
    def is_success(self) -> bool:
        """Whether the receiver accepted the webhook."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004  # HTTP's own range


class EndpointStore(Protocol):
    """Each user's webhook endpoint, with a revision that changes with every write."""

    def get(self, owner: str) -> Endpoint | None:
        """The user's endpoint, or None."""
        ...

    def put(self, endpoint: Endpoint) -> None:
        """Store the changed endpoint. Raises RevisionChanged if another writer changed it first."""
        ...

    def remove(self, owner: str) -> None:
        """Delete the user's endpoint, if there is one."""
        ...


class DeliveryQueue(Protocol):
    """Schedules attempts to deliver a webhook."""

    def enqueue_attempt(self, task: Task, not_before: datetime | None = None) -> None:
        """Enqueue the next attempt; repeated enqueuing of the same attempt has no effect."""
        ...


class Sender(Protocol):
    """Calls URLs that users chose."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        """One POST; failures are returned, not raised."""
        ...
