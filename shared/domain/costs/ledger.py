"""The ledgers, and what a change of a task books in them.

a user's month        money, reserved money, tasks, seconds of audio, bytes stored
a user's day          conversions
the service's day     money, reserved money, conversions; in shards, because many write it
new accounts' day     the same of new accounts, which share a part of the service's day
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.domain.costs.charges import Charge

MONTH, USER_DAY, SERVICE_DAY, NEW_DAY = "month", "userDay", "all", "new"
NANO_USD, RESERVED, COUNT = "nanoUsd", "reservedNanoUsd", "count"
TASKS, AUDIO_S, STORED_BYTES, FETCHED_BYTES = "tasks", "audioS", "storedBytes", "fetchedBytes"


class Ledger(NamedTuple):
    """One of them.

    Attributes:
        kind: of the four above.
        period: the month as 2026-11, or the day as 2026-11-29.
        name: the user or the shard.
    """

    kind: str
    period: str
    name: str


def month_of(moment: datetime) -> str:
    """The month, in UTC."""
    return f"{moment:%Y-%m}"


def next_month(moment: datetime) -> datetime:
    """When the month after it begins, in UTC."""
    return datetime(moment.year + moment.month // 12, moment.month % 12 + 1, 1, tzinfo=UTC)


def differences(
    owner: str | None, booked: Sequence[Charge], charges: Sequence[Charge]
) -> dict[Ledger, Mapping[str, int]]:
    """What each ledger has to add so that it holds these charges in place of those that are booked.

    Only the service's ledgers count a task without an owner.
    """
    found: dict[Ledger, Counter[str]] = {}
    for sign, side in ((1, charges), (-1, booked)):
        for charge in side:
            for ledger, numbers in _amounts(owner, charge):
                sums = found.setdefault(ledger, Counter())
                for name, number in numbers.items():
                    sums[name] += sign * number
    kept = {ledger: {name: n for name, n in sums.items() if n} for ledger, sums in found.items()}
    return {ledger: sums for ledger, sums in kept.items() if sums}


def ledgers_of(owner: str | None, charge: Charge) -> list[Ledger]:
    """The ledgers that a charge is booked in."""
    return [ledger for ledger, _ in _amounts(owner, charge)]


def _amounts(owner: str | None, charge: Charge) -> Iterator[tuple[Ledger, Mapping[str, int]]]:
    day = f"{charge.at:%Y-%m-%d}"
    money = {NANO_USD: charge.total, RESERVED: charge.reserved}
    if owner is not None:
        used = {
            TASKS: int(charge.number == 0),
            AUDIO_S: charge.audio_s,
            STORED_BYTES: charge.source_bytes + charge.output_bytes,
        }
        yield Ledger(MONTH, month_of(charge.at), owner), money | used
        yield Ledger(USER_DAY, day, owner), {COUNT: charge.conversions}
    if charge.shard is not None:
        yield Ledger(SERVICE_DAY, day, str(charge.shard)), money | {COUNT: charge.conversions}
    if charge.new_shard is not None:
        yield Ledger(NEW_DAY, day, str(charge.new_shard)), money | {COUNT: charge.conversions}
