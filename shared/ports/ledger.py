"""The ledgers: money, conversions by day, and conversions that run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.costs.ledger import Ledger

    # What each ledger holds after a commit: name of a number → number.
    Totals = Mapping[Ledger, Mapping[str, int]]


class MonthUsage(NamedTuple):
    """What a user has used in one month (UTC).

    Attributes:
        month: as 2026-11.
        tasks: that were created.
        audio_s: seconds of audio that were converted.
        stored_bytes: of the files of this month's conversions, without those that were deleted.
        fetched_bytes: of the downloads that links were given for.
        nano_usd: money, in nano-dollars, with what is reserved.
        reserved_nano_usd: the most that conversions in progress may still cost.
    """

    month: str
    tasks: int = 0
    audio_s: int = 0
    stored_bytes: int = 0
    fetched_bytes: int = 0
    nano_usd: int = 0
    reserved_nano_usd: int = 0


class UsageReader(Protocol):
    """Reads what a user has used."""

    def usage(self, owner: str, month: str) -> MonthUsage:
        """The numbers of one month; all are 0 if there is nothing. One read."""
        ...


class ConversionCounter(Protocol):
    """Counts conversions that run."""

    def count_running(self, owner: str, limit: int) -> int:
        """Return the number of this user's conversions that run now, counted up to the limit."""
        ...
