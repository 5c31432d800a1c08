"""When a failed task is tried again, if at all: Cloud Tasks' documented rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from google.cloud import tasks_v2

UNLIMITED = -1


@dataclass(frozen=True)
class RetryRules:
    """A queue's retry configuration in plain figures.

    Attributes:
        max_attempts: the first attempt included; -1 for no limit.
        max_duration_s: measured from the first attempt; 0 for no limit. A task is given up once it reached
            **both** limits; one that is unlimited counts as reached, unless both are.
        min_backoff_s, max_backoff_s, max_doublings: see `backoff_s`.
    """

    max_attempts: int
    max_duration_s: float
    min_backoff_s: float
    max_backoff_s: float
    max_doublings: int

    @classmethod
    def of(cls, config: tasks_v2.RetryConfig, defaults: RetryRules | None = None) -> RetryRules:
        """Read a RetryConfig; what it leaves unset comes from `defaults`."""
        rules = cls(
            config.max_attempts,
            config.max_retry_duration.total_seconds(),
            config.min_backoff.total_seconds(),
            config.max_backoff.total_seconds(),
            config.max_doublings,
        )
        if defaults is None:
            return rules
        return cls(
            rules.max_attempts or defaults.max_attempts,
            rules.max_duration_s or defaults.max_duration_s,
            rules.min_backoff_s or defaults.min_backoff_s,
            rules.max_backoff_s or defaults.max_backoff_s,
            rules.max_doublings or defaults.max_doublings,
        )

    def backoff_s(self, failures: int) -> float:
        """Seconds between the `failures`-th failure in a row and the next attempt.

        The interval starts at the least backoff, doubles `max_doublings` times, then grows by the last
        doubled interval each time, and never exceeds the greatest: with 10 s, 300 s and 3 doublings
        10, 20, 40, 80, 160, 240, 300, 300, … (the reference's own example).
        """
        doublings = min(failures - 1, self.max_doublings)
        # 2 ** 64 tenths of a second are longer than any backoff; the bound keeps the power a float.
        interval = self.min_backoff_s * 2.0 ** min(doublings, 64)
        linear = max(0, failures - 1 - self.max_doublings)
        return min(interval * (1 + linear), self.max_backoff_s)

    def exhausted(self, attempts: int, since_first_s: float) -> bool:
        """Whether a task that has just failed is given up."""
        if self.max_attempts == UNLIMITED and self.max_duration_s == 0:
            return False
        attempts_spent = self.max_attempts == UNLIMITED or attempts >= self.max_attempts
        return attempts_spent and since_first_s >= self.max_duration_s
