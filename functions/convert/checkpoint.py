"""What every step of an attempt calls often, so that a deadline or a cancelled task ends each of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import ConversionTimedOut

if TYPE_CHECKING:
    from collections.abc import Callable


def _no_lease() -> None:
    """There is none to extend."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The end of an attempt, and its lease. Without them, it passes always.

    Attributes:
        until: end of the attempt, by the monotonic clock.
        beat: extends the lease; it may be called at any rate.
    """

    until: float = float("inf")
    beat: Callable[[], None] = _no_lease

    def __call__(self) -> None:
        """Let the attempt continue.

        Raises:
            ConversionTimedOut: its time is up.
            LeaseLost: the task was deleted, cancelled or taken over.
        """
        if time.monotonic() > self.until:
            raise ConversionTimedOut
        self.beat()


# For files of our own, and where nothing can be cancelled.
UNBOUNDED = Checkpoint()
