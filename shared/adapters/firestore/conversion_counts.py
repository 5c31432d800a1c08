"""Counts conversions in Firestore, with one blind write for each.

`conversionCounts/{day}-{owner}` counts those of a user. Those of all users are spread over shards, because
one document sustains about one write per second: each shard has its part of the limit, and the next one is
used when it is full. A write that is retried after a lost response may count twice, which reaches the limit
too early rather than too late.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from shared.adapters.firestore.records import Merge, Query
from shared.adapters.firestore.tasks import COLLECTION as TASKS
from shared.domain.states import State

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Records

COLLECTION = "conversionCounts"
SHARDS = 16
LIFETIME = timedelta(days=2)


class FirestoreConversionCounter:
    """`ConversionCounter` on Firestore."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def use_user_quota(self, owner: str, day: date, limit: int) -> bool:
        """One write, which returns the new number."""
        return self._increment(f"{day.isoformat()}-{owner}", day) <= limit

    def use_service_quota(self, day: date, limit: int) -> bool:
        """One write, or more when shards are full."""
        first = random.randrange(SHARDS)  # noqa: S311  # spreads the load, not a secret
        for shard in ((first + n) % SHARDS for n in range(SHARDS)):
            part = limit // SHARDS + (shard < limit % SHARDS)
            if part and self._increment(f"{day.isoformat()}-all-{shard}", day) <= part:
                return True
        return False

    def count_running(self, owner: str, limit: int) -> int:
        """One aggregation over the claimed tasks: nothing is written, so nothing is hot or left over."""
        where = [("owner", "==", owner), ("state", "==", State.CONVERTING.value)]
        return self._records.count(Query(TASKS, where, limit))

    def _increment(self, name: str, day: date) -> int:
        expire_at = datetime.combine(day, time(), UTC) + LIFETIME
        counted = Merge(f"{COLLECTION}/{name}", {"expireAt": expire_at}, added={"count": 1})
        (written,) = self._records.commit(counted)
        return written.numbers["count"]
