"""What a task has cost: one charge for its creation and one for each attempt, kept in the task.

A charge holds the most that its attempt may cost until the attempt ends, and then what it did cost. The store
books every difference in the ledgers of the owner and of the service, in the commit that stores the task, so
that a ledger is the sum of its charges, even if a call is repeated or lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# An instance that lost its lease may have worked for so long after its last sign of life.
LOST_S = 10.0


@dataclass(frozen=True, slots=True)
class Charge:
    """What one attempt costs, in nano-dollars.

    Attributes:
        at: when it began, which decides the day and the month that it belongs to (UTC).
        number: of the conversion in the task; 0 for the creation of the task.
        conversions: 1 if the conversion is counted here; an attempt that a queue continues has two charges.
        shard: of the service's day; None if that does not count it.
        new_shard: of what new accounts share of that day; None if the account is not new.
        nano_per_s: what an instance costs in a second.
        reserved: the most that the attempt may cost beyond `operations` and `source_storage`, until it ends.
        source_storage, output_storage: to keep the files from `at` until the task expires.
        source_bytes, output_bytes: that these are for.
        audio_s: of the source, once it is converted.
    """

    at: datetime
    number: int = 0
    conversions: int = 0
    shard: int | None = None
    new_shard: int | None = None
    nano_per_s: int = 0
    reserved: int = 0
    compute: int = 0
    operations: int = 0
    source_storage: int = 0
    output_storage: int = 0
    source_bytes: int = 0
    output_bytes: int = 0
    audio_s: int = 0

    @property
    def spent(self) -> int:
        """What is certain."""
        return self.compute + self.operations + self.source_storage + self.output_storage

    @property
    def total(self) -> int:
        """What the ledgers hold."""
        return self.spent + self.reserved

    def worked(self, until: datetime) -> Charge:
        """The attempt ended then, with what it worked; never more than was reserved."""
        seconds = max(0.0, (until - self.at).total_seconds())
        compute = min(self.reserved, round(seconds * self.nano_per_s))
        return replace(self, reserved=0, compute=self.compute + compute)

    def converted(self, until: datetime, output_bytes: int, output_storage: int, audio_s: int) -> Charge:
        """The attempt stored its outputs; all together is never more than was reserved."""
        worked = self.worked(until)
        left = self.total - worked.total
        return replace(
            worked,
            output_storage=min(left, output_storage),
            output_bytes=output_bytes,
            audio_s=audio_s,
        )

    def without_outputs(self, now: datetime, expire_at: datetime) -> Charge:
        """The outputs are deleted: their storage for the time that is left is given back."""
        kept = self._kept(now, expire_at)
        return replace(self, output_storage=round(self.output_storage * kept), output_bytes=0)

    def without_files(self, now: datetime, expire_at: datetime) -> Charge:
        """All files are deleted."""
        kept = self._kept(now, expire_at)
        rest = self.without_outputs(now, expire_at)
        return replace(rest, source_storage=round(self.source_storage * kept), source_bytes=0)

    def _kept(self, now: datetime, expire_at: datetime) -> float:
        """The share of the paid time for which the files were kept."""
        paid_s = (expire_at - self.at).total_seconds()
        return min(1.0, max(0.0, (now - self.at).total_seconds() / paid_s)) if paid_s > 0 else 1.0


def with_last(charges: tuple[Charge, ...], last: Charge) -> tuple[Charge, ...]:
    """The charges with another last one."""
    return (*charges[:-1], last)


def settled_as_lost(charges: tuple[Charge, ...], last_sign: datetime, now: datetime) -> tuple[Charge, ...]:
    """Settle an attempt that no longer holds its lease, by the last that was heard of it."""
    if not charges or not charges[-1].reserved:
        return charges
    return with_last(charges, charges[-1].worked(min(now, last_sign + timedelta(seconds=LOST_S))))
