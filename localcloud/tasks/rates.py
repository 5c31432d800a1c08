"""The token bucket that bounds how many tasks a queue dispatches in a second."""

from __future__ import annotations


class TokenBucket:
    """Holds up to `size` tokens and refills at `rate` a second; it starts full."""

    def __init__(self, rate: float, size: int, now: float) -> None:
        self.rate = rate
        self.size = size
        self._tokens = float(size)
        self._at = now

    def available(self, now: float) -> int:
        """How many tokens there are."""
        self._tokens = min(self.size, self._tokens + max(0.0, now - self._at) * self.rate)
        self._at = now
        return int(self._tokens)

    def take(self) -> None:
        """Remove a token that `available` has promised."""
        self._tokens -= 1

    def wait_s(self) -> float:
        """Seconds from the last look until there is a token."""
        return max(0.0, (1 - self._tokens) / self.rate)
