"""Conversions begun, by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date


class ConversionCounter(Protocol):
    """Counts conversions, day by day."""

    def use_user_quota(self, owner: str, day: date, most: int) -> bool:
        """Count one more of this user; whether it is still within `most`."""
        ...

    def use_service_quota(self, day: date, most: int) -> bool:
        """Count one more of everybody's; whether it is still within `most`."""
        ...
