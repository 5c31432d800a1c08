"""Counts conversions in Firestore, with one blind write for each count.

`allowances/{day}-{owner}` counts a user's. Everybody's are spread over shards, because one document sustains
about one write a second: each has its part of the limit, and one that is full passes on to the next.
A write that is repeated after a lost answer may count twice, which errs on the side of less cost.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

from google.cloud import firestore

from shared.adapters.firestore import TIMEOUT_S, WRITE_RETRY
from shared.adapters.google import translated

COLLECTION = "allowances"
SHARDS = 16
KEPT = timedelta(days=2)


class FirestoreMeter:
    """`Meter` on Firestore."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client

    def admits(self, owner: str, day: date, most: int) -> bool:
        """One write, which answers with the new count."""
        return self._increment(f"{day.isoformat()}-{owner}", day) <= most

    def admits_all(self, day: date, most: int) -> bool:
        """One write; more only when shards are full."""
        first = random.randrange(SHARDS)  # noqa: S311  # spreads the load, no secret
        for shard in ((first + n) % SHARDS for n in range(SHARDS)):
            part = most // SHARDS + (shard < most % SHARDS)
            if part and self._increment(f"{day.isoformat()}-all-{shard}", day) <= part:
                return True
        return False

    def _increment(self, name: str, day: date) -> int:
        document = self._client.collection(COLLECTION).document(name)
        expire_at = datetime.combine(day, time(), UTC) + KEPT
        batch = self._client.batch()
        batch.set(document, {"count": firestore.Increment(1), "expireAt": expire_at}, merge=True)
        with translated("Firestore"):
            (result,) = batch.commit(retry=WRITE_RETRY, timeout=TIMEOUT_S)
        return int(result.transform_results[0].integer_value)
