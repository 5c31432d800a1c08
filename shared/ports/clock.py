"""The time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Clock(Protocol):
    """Tells the time; tests move it."""

    def __call__(self) -> datetime:
        """Now, in UTC."""
        ...
