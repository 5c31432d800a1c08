"""What a user has used in this month, and how much is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shared.ports.accounts import Caller
    from shared.ports.clock import Clock
    from shared.ports.ledger import MonthUsage, UsageReader

_MONTHS = 12


class UsageReport(NamedTuple):
    """This month.

    Attributes:
        cap_nano_usd: spending cap of the month, in nano-dollars.
        renews_at: when the next month begins, in UTC.
    """

    used: MonthUsage
    cap_nano_usd: int
    renews_at: datetime


@dataclass(frozen=True, slots=True)
class UserUsage:
    """Reports a user's own month."""

    ledger: UsageReader
    cap_nano_usd: int
    clock: Clock

    def report(self, caller: Caller) -> UsageReport:
        """This month (UTC), by the ledger that the cap is held against."""
        now = self.clock().astimezone(UTC)
        renews_at = datetime(now.year + now.month // _MONTHS, now.month % _MONTHS + 1, 1, tzinfo=UTC)
        return UsageReport(self.ledger.usage(caller.uid, f"{now:%Y-%m}"), self.cap_nano_usd, renews_at)
