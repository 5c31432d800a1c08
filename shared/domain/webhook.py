"""What a task knows of its webhook: whom to tell, which outcome, and every attempt to do so."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# Two full runs of the schedule; a document holds 1 MiB, and an entry little more than 1 KiB.
LOG_ENTRIES = 20
# Of a receiver's address.
MAX_URL_CHARACTERS = 2000
# A multiple of three: base64 without padding.
ID_BYTES = 21


class DeliveryState(StrEnum):
    """How far the telling of an outcome has come."""

    NONE = "none"  # nobody asked for it
    PENDING = "pending"  # an attempt is queued
    DELIVERED = "delivered"  # the receiver answered 2xx
    GONE = "gone"  # the receiver answered 410, or its owner took the endpoint away
    GIVEN_UP = "givenUp"  # every attempt failed


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt.

    Attributes:
        event: the `webhook-id` that it carried.
        status: the receiver's HTTP status; None if there was no answer.
        answer: the first 1,024 bytes of the answer as text, or why there was none.
    """

    event: str
    at: datetime
    duration_ms: int
    answer: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """The telling of a task's latest outcome, and the log of all attempts for this task.

    Attributes:
        url: this task's own receiver; None for its owner's endpoint.
        event: `webhook-id` of the outcome, the same in every attempt; None before there is one.
        occurred_at: when the outcome came to be.
        run: 1, and one more for each replay.
        sent: attempts of this run.
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
        """A new outcome is to be told; one that is still being told is superseded by it."""
        return replace(
            self,
            state=DeliveryState.PENDING,
            event=event,
            occurred_at=occurred_at,
            run=self.run + 1,
            sent=0,
        )

    def without_delivery(self) -> Webhook:
        """A new outcome that nobody wants to be told."""
        return replace(self, state=DeliveryState.NONE, event=None, occurred_at=None, sent=0)

    def is_pending(self, event: str, run: int) -> bool:
        """Whether this run for this outcome is still under way."""
        return self.state is DeliveryState.PENDING and (self.event, self.run) == (event, run)

    def attempted(self, run: int, number: int, delivery: Delivery, then: DeliveryState) -> Webhook:
        """One attempt more; it decides how the telling goes on, unless that was decided meanwhile.

        Cloud Tasks may have two instances make the same attempt at once: both are logged, and count as one.
        """
        logged = replace(self, deliveries=(*self.deliveries, delivery)[-LOG_ENTRIES:])
        if not self.is_pending(delivery.event, run):
            return logged
        return replace(logged, state=then, sent=max(self.sent, number))

    def closed(self, event: str, run: int, then: DeliveryState) -> Webhook:
        """No further attempt of this run, without one having been made."""
        return replace(self, state=then) if self.is_pending(event, run) else self


def event_id(task_id: str, generation: int, attempt: int) -> str:
    """The `webhook-id` of one outcome: the same whoever asks, and however often."""
    return _event_id(hashlib.sha256(f"{task_id}/{generation}/{attempt}".encode()).digest())


def random_event_id() -> str:
    """The `webhook-id` of an event that is about no task."""
    return _event_id(secrets.token_bytes(ID_BYTES))


def _event_id(raw: bytes) -> str:
    # Holds no full stop, which the signed text uses as its separator.
    return "msg_" + base64.urlsafe_b64encode(raw[:ID_BYTES]).decode()
