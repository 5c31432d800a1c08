"""What a user has used in this month, and how much is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.costs.ledger import month_of, next_month

if TYPE_CHECKING:
    from datetime import datetime

    from shared.ports.accounts import Caller
    from shared.ports.clock import Clock
    from shared.ports.ledger import MonthUsage, UsageReader


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
        return UsageReport(self.ledger.usage(caller.uid, month_of(now)), self.cap_nano_usd, next_month(now))
