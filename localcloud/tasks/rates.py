"""The token bucket that bounds how many tasks a queue dispatches in a second."""

from __future__ import annotations


class TokenBucket:
    """Holds up to `size` tokens and refills at `rate` a second; it starts full."""

    def __init__(self, rate: float, size: int, now: float) -> None:
        self.rate = rate
        self.size = size
        self._tokens = float(size)
        self._at = now

    def take(self, now: float) -> bool:
        """Remove a token, if there is one."""
        self._refill(now)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def wait_s(self, now: float) -> float:
        """Seconds until there is a token."""
        self._refill(now)
        return max(0.0, (1 - self._tokens) / self.rate)

    def _refill(self, now: float) -> None:
        self._tokens = min(self.size, self._tokens + max(0.0, now - self._at) * self.rate)
        self._at = now
