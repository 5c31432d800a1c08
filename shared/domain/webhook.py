"""The webhook of a task: its receiver, the outcome to deliver, and the attempts."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# Two full runs of the schedule. A document has up to 1 MiB, and an entry little more than 1 KiB.
LOG_ENTRIES = 20
# Of a receiver's address.
MAX_URL_CHARACTERS = 2000
# A multiple of three: base64 without padding.
ID_BYTES = 21


class DeliveryState(StrEnum):
    """The state of a delivery."""

    NONE = "none"  # not requested
    PENDING = "pending"  # an attempt is queued
    DELIVERED = "delivered"  # the receiver returned 2xx
    GONE = "gone"  # the receiver returned 410, or the endpoint was removed
    GIVEN_UP = "givenUp"  # every attempt failed


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt.

    Attributes:
        event: its `webhook-id`.
        status: the receiver's HTTP status; None if there was no response.
        answer: the first 1,024 bytes of the response as text, or why there is none.
    """

    event: str
    at: datetime
    duration_ms: int
    answer: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """The delivery of a task's latest outcome, and the log of its attempts.

    Attributes:
        url: the task's receiver; None for the owner's endpoint.
        event: `webhook-id` of the outcome, the same in every attempt; None before there is one.
        occurred_at: time of the outcome.
        run: 1, and one more for each replay.
        sent: attempts in this run.
        deliveries: the latest `LOG_ENTRIES` attempts, oldest first.
    """

    url: str | None = None
    state: DeliveryState = DeliveryState.NONE
    event: str | None = None
    occurred_at: datetime | None = None
    run: int = 0
    sent: int = 0
    deliveries: tuple[Delivery, ...] = ()

    def with_outcome(self, event: str, occurred_at: datetime) -> Webhook:
        """A new outcome to deliver, which supersedes a pending one."""
        return replace(
            self,
            state=DeliveryState.PENDING,
            event=event,
            occurred_at=occurred_at,
            run=self.run + 1,
            sent=0,
        )

    def without_delivery(self) -> Webhook:
        """A new outcome that has no receiver."""
        return replace(self, state=DeliveryState.NONE, event=None, occurred_at=None, sent=0)

    def is_pending(self, event: str, run: int) -> bool:
        """Whether this run for this outcome is still pending."""
        return self.state is DeliveryState.PENDING and (self.event, self.run) == (event, run)

    def attempted(self, run: int, number: int, delivery: Delivery, state: DeliveryState) -> Webhook:
        """One attempt, which sets the state unless its run is no longer pending.

        Cloud Tasks may start the same attempt on two instances: both are logged, and count as one.
        """
        logged = replace(self, deliveries=(*self.deliveries, delivery)[-LOG_ENTRIES:])
        if not self.is_pending(delivery.event, run):
            return logged
        return replace(logged, state=state, sent=max(self.sent, number))

    def closed(self, event: str, run: int, state: DeliveryState) -> Webhook:
        """End this run without an attempt."""
        return replace(self, state=state) if self.is_pending(event, run) else self


def event_id(task_id: str, generation: int, attempt: int) -> str:
    """The `webhook-id` of an outcome, derived from the attempt."""
    return _event_id(hashlib.sha256(f"{task_id}/{generation}/{attempt}".encode()).digest())


def random_event_id() -> str:
    """The `webhook-id` of an event without a task."""
    return _event_id(secrets.token_bytes(ID_BYTES))


def _event_id(raw: bytes) -> str:
    # Without full stops, which separate the parts of the signed text.
    return "msg_" + base64.urlsafe_b64encode(raw[:ID_BYTES]).decode()
