"""The ledgers in Firestore, changed by transforms in the commit that stores the task.

`users/{uid}` has a user's months, beside the counters of requests. `conversionCounts/{day}-{owner}` counts a
user's conversions, `…-all-{shard}` those of all users, with their money, and `…-new-{shard}` those of new
accounts. One document sustains about one write per second, so that these are spread over shards, each with
its part of the limits.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from shared.adapters.firestore.records import Merge, Query
from shared.domain.costs.ledger import (
    AUDIO_S,
    FETCHED_BYTES,
    MONTH,
    NANO_USD,
    RESERVED,
    STORED_BYTES,
    TASKS,
    USER_DAY,
    Ledger,
    differences,
)
from shared.domain.states import State
from shared.ports.ledger import MonthUsage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shared.adapters.firestore.records import Records, Written
    from shared.domain.task import Task
    from shared.ports.ledger import Totals

USERS, DAYS = "users", "conversionCounts"
MONTHS = "months"
LIFETIME = timedelta(days=2)


class FirestoreLedger:
    """`UsageReader` and `ConversionCounter` on Firestore."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def usage(self, owner: str, month: str) -> MonthUsage:
        """One read."""
        record = self._records.get(user_path(owner))
        numbers = record.fields.get(MONTHS, {}).get(_month_key(month), {}) if record else {}
        names = (TASKS, AUDIO_S, STORED_BYTES, FETCHED_BYTES, NANO_USD, RESERVED)
        return MonthUsage(month, *(numbers.get(name, 0) for name in names))

    def count_running(self, owner: str, limit: int) -> int:
        """One aggregation over the claimed tasks: nothing is written, so nothing is hot or left over."""
        where = [("owner", "==", owner), ("state", "==", State.CONVERTING.value)]
        return self._records.count(Query("tasks", where, limit))


def booking(task: Task, now: datetime | None = None) -> dict[Ledger, Merge]:
    """The writes by which the ledgers hold the task's charges, in place of those booked for it."""
    found = differences(task.payer, task.booked, task.charges)
    oldest = f"{(now or datetime.now(UTC)) - LIFETIME:%Y-%m-%d}"
    # Days that have been removed stay removed.
    kept = {ledger: n for ledger, n in found.items() if ledger.kind == MONTH or ledger.period > oldest}
    return {ledger: _merge(ledger, numbers) for ledger, numbers in kept.items()}


def totals(bookings: Mapping[Ledger, Merge], written: Sequence[Written]) -> Totals:
    """What the ledgers hold after the commit of these writes."""
    return {
        ledger: {name.rpartition(".")[2]: n for name, n in result.numbers.items()}
        for ledger, result in zip(bookings, written, strict=True)
    }


def month_fields(month: str, numbers: Mapping[str, int]) -> dict[str, int]:
    """The numbers of a user's month, by their paths in the document."""
    return {f"{MONTHS}.{_month_key(month)}.{name}": number for name, number in numbers.items()}


def user_path(owner: str) -> str:
    """The path of a user's document."""
    # A document id must not contain a slash; a uid that an administrator chose may.
    return f"{USERS}/{quote(owner, safe='')}"


def _merge(ledger: Ledger, numbers: Mapping[str, int]) -> Merge:
    if ledger.kind == MONTH:
        # Adding 0 makes the commit return a number.
        return Merge(
            user_path(ledger.name),
            added=month_fields(ledger.period, {NANO_USD: 0, RESERVED: 0} | dict(numbers)),
        )
    kind = "" if ledger.kind == USER_DAY else f"{ledger.kind}-"
    expire_at = datetime.fromisoformat(ledger.period).replace(tzinfo=UTC) + LIFETIME
    name = quote(ledger.name, safe="")
    return Merge(f"{DAYS}/{ledger.period}-{kind}{name}", {"expireAt": expire_at}, added=numbers)


def _month_key(month: str) -> str:
    """A name that needs no quotes in the path of a field."""
    return "m" + month.replace("-", "")
