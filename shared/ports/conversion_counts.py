"""Numbers of conversions: by day, and running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date


class ConversionCounter(Protocol):
    """Counts conversions."""

    def use_user_quota(self, owner: str, day: date, limit: int) -> bool:
        """Count one conversion of this user; whether the limit allows it."""
        ...

    def use_service_quota(self, day: date, limit: int) -> bool:
        """Count one conversion of any user; whether the limit allows it."""
        ...

    def count_running(self, owner: str, limit: int) -> int:
        """Return the number of this user's conversions that run now, counted up to the limit."""
        ...
