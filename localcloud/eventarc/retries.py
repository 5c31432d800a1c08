"""When an event that was not acknowledged is sent again, and when it is given up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """Eventarc delivers through a Pub/Sub subscription; the defaults are those that Eventarc gives it.

    Attributes:
        min_backoff_s, max_backoff_s: the pause doubles from the one to the other.
        max_attempts: then the event is a dead letter (Pub/Sub's least, and its default: 5).
        max_age_s: the subscription's retention; older events are given up likewise.
        deadline_s: for one delivery, Pub/Sub's longest.
    """

    min_backoff_s: float = 10.0
    max_backoff_s: float = 600.0
    max_attempts: int = 5
    max_age_s: float = 86400.0
    deadline_s: float = 600.0

    def backoff_s(self, attempts: int) -> float:
        """Seconds from the `attempts`-th failure to the next delivery."""
        # The exponent is bounded so that the power stays a float's.
        return min(self.min_backoff_s * 2.0 ** min(attempts - 1, 64), self.max_backoff_s)

    def exhausted(self, attempts: int, age_s: float) -> bool:
        """Whether an event that has just failed is given up."""
        return attempts >= self.max_attempts or age_s >= self.max_age_s
