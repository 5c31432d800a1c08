"""Counts conversions in Firestore, with one blind write for each count.

`allowances/{day}-{owner}` counts a user's. Everybody's are spread over shards, because one document sustains
about one write a second: each has its part of the limit, and one that is full passes on to the next.
A write that is repeated after a lost answer may count twice, which errs on the side of less cost.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from shared.adapters.firestore.records import Merge

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Records

COLLECTION = "allowances"
SHARDS = 16
KEPT = timedelta(days=2)


class FirestoreConversionCounter:
    """`ConversionCounter` on Firestore."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def use_user_quota(self, owner: str, day: date, most: int) -> bool:
        """One write, which answers with the new count."""
        return self._increment(f"{day.isoformat()}-{owner}", day) <= most

    def use_service_quota(self, day: date, most: int) -> bool:
        """One write; more only when shards are full."""
        first = random.randrange(SHARDS)  # noqa: S311  # spreads the load, no secret
        for shard in ((first + n) % SHARDS for n in range(SHARDS)):
            part = most // SHARDS + (shard < most % SHARDS)
            if part and self._increment(f"{day.isoformat()}-all-{shard}", day) <= part:
                return True
        return False

    def _increment(self, name: str, day: date) -> int:
        expire_at = datetime.combine(day, time(), UTC) + KEPT
        counted = Merge(f"{COLLECTION}/{name}", {"expireAt": expire_at}, added={"count": 1})
        (written,) = self._records.commit(counted)
        return written.numbers["count"]
