"""The time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Clock(Protocol):
    """The current time; tests control it."""

    def __call__(self) -> datetime:
        """Now, in UTC."""
        ...
