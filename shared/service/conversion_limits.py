"""Limits of what conversions cost: in money per user and month, and for the service per day.

Every attempt reserves the most that it may cost before it works, in the commit that stores this in the task.
The commit returns what the ledgers hold then. Beyond a limit the reservation is taken back and the task fails
with the error of that limit, so that nothing is retried. Where only the reservations of other conversions are
in the way, the attempt waits for them. Numbers of conversions are limited too, as a backstop against loops.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain.costs.charges import Charge
from shared.domain.costs.ledger import (
    COUNT,
    MONTH,
    NANO_USD,
    NEW_DAY,
    RESERVED,
    SERVICE_DAY,
    USER_DAY,
    ledgers_of,
    next_month,
)
from shared.domain.costs.prices import NANO, attempt_operations, load_prices, usd
from shared.domain.costs.quote import quote
from shared.domain.errors import (
    DailyLimitReached,
    MaxCostExceeded,
    MonthlyCapReached,
    NewAccountsLimitReached,
    ServiceCapReached,
    ServiceLimitReached,
    TaskLimitReached,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from shared.domain.costs.ledger import Ledger
    from shared.domain.costs.prices import Prices
    from shared.domain.errors import ConversionError
    from shared.domain.media import Probe
    from shared.domain.task import Task
    from shared.ports.ledger import Totals

    # Stores a task with this as its last charge; what the ledgers hold then.
    Book = Callable[[Charge], Totals]

# One document for each 25 cents of a day, so that a part is larger than what one attempt reserves.
MAX_SHARDS, SHARD_NANO_USD = 16, NANO // 4
_DAY = timedelta(days=1)


class MustWait(Exception):
    """Conversions in progress have reserved what is left. Caught by the pipeline."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What some users may use together in one period.

    Attributes:
        nano_usd: money.
        conversions: their number.
    """

    nano_usd: int
    conversions: int

    @property
    def shards(self) -> int:
        """The number of documents that count it, each with its part."""
        return max(1, min(MAX_SHARDS, self.nano_usd // SHARD_NANO_USD, self.conversions))

    def part(self, shard: int) -> Allowance:
        """What one shard may count."""
        return Allowance(
            _part(self.nano_usd, shard, self.shards), _part(self.conversions, shard, self.shards)
        )

    def share(self, percent: int) -> Allowance:
        """A part of it for some, never nothing."""
        return Allowance(max(1, self.nano_usd * percent // 100), max(1, self.conversions * percent // 100))


@dataclass(frozen=True, slots=True)
class ConversionLimits:
    """Decides whether a conversion may run.

    Attributes:
        per_task: conversions of one task over its lifetime.
        user: money of a user and month, and conversions of a user and day (UTC). Dropped files without an
            owner do not count.
        service: money and conversions of all users and day (UTC).
        new_percent: of `service` that new accounts may use together.
        output_bytes: of the largest output.
    """

    per_task: int
    user: Allowance
    service: Allowance
    new_percent: int = 100
    output_bytes: int = 1 << 33
    prices: Callable[[], Prices] = load_prices
    random: random.Random = field(default_factory=random.Random)

    def reserve(self, task: Task, size_bytes: int, attempt_s: float, now: datetime, book: Book) -> None:
        """Reserve what the attempt of a claimed task may cost: all its time, and to keep its source.

        Raises:
            TaskLimitReached, DailyLimitReached, MonthlyCapReached: a limit of the task or of its owner.
            NewAccountsLimitReached, ServiceLimitReached, ServiceCapReached: a limit of the service.
            MustWait: it will not be once other conversions have ended.
        """
        if task.conversions > self.per_task:
            raise TaskLimitReached(f"The limit is {self.per_task} conversions per task.")
        prices = self.prices()
        # A source that is converted again is kept no longer.
        added_bytes = max(0, size_bytes - sum(charge.source_bytes for charge in task.charges))
        is_counted = any(c.conversions and c.number == task.conversions for c in task.charges)
        charge = Charge(
            at=now,
            number=task.conversions,
            conversions=int(not is_counted),
            nano_per_s=prices.compute(1),
            reserved=prices.compute(attempt_s),
            operations=prices.operations(attempt_operations(len(task.outputs))),
            source_storage=prices.storage(added_bytes, _days_left(task, now)),
            source_bytes=added_bytes,
        )
        self._book(task, charge, book)

    def reserve_outputs(
        self, task: Task, source: Probe, size_bytes: int, attempt_s: float, book: Book
    ) -> None:
        """Reserve more if the outputs may cost more than the rest of the attempt's time.

        Raises:
            MaxCostExceeded: the task may cost more than its owner allows.
            Others: as `reserve`.
        """
        if not task.charges or not task.charges[-1].reserved:
            return
        charge, prices = task.charges[-1], self.prices()
        expected = quote(prices, source, size_bytes, task.outputs, 0)
        largest = min(expected.most_bytes, len(task.outputs) * self.output_bytes)
        needed = prices.compute(min(expected.most_s, attempt_s))
        needed += prices.storage(largest, _days_left(task, charge.at))
        if task.max_cost is not None and task.cost - charge.reserved + needed > task.max_cost:
            message = (
                f"The task may cost up to {usd(task.cost - charge.reserved + needed):.6f} USD; "
                f"maxCostUsd is {usd(task.max_cost):g}."
            )
            raise MaxCostExceeded(message)
        if needed > charge.reserved:
            self._book(task, replace(charge, reserved=needed), book)

    def output_storage(self, task: Task, size_bytes: int) -> int:
        """What it costs to keep these outputs of the last attempt, in nano-dollars."""
        if not task.charges:
            return 0
        return self.prices().storage(size_bytes, _days_left(task, task.charges[-1].at))

    def _book(self, task: Task, charge: Charge, book: Book) -> None:
        """Book the charge in the first shards that have room."""
        held: dict[Ledger, Mapping[str, int]] = {}
        blocked: set[Ledger] = set()
        waits = False
        for placed in self._placements(task, charge):
            ledgers = ledgers_of(task.payer, placed)
            if blocked.intersection(ledgers):
                continue
            held.update(book(placed))
            self._check_user({one.kind: held[one] for one in ledgers if one in held}, charge)
            over = {
                one: part
                for one in ledgers
                if (part := self._part(one)) and not _fits(held.get(one, {}), part)
            }
            if not over:
                return
            blocked.update(over)
            waits = waits or all(_can_fit(held[one], part, charge) for one, part in over.items())
        if waits:
            raise MustWait
        raise self._refusal(blocked, held, charge)

    def _placements(self, task: Task, charge: Charge) -> Iterator[Charge]:
        """The charge in every shard; first in the one that has it already, or in any."""
        number, new = self.service.shards, self._new.shards
        first = self.random.randrange(MAX_SHARDS) if charge.shard is None else charge.shard
        for n in range(first, first + (max(number, new) if task.is_new_account else number)):
            yield replace(charge, shard=n % number, new_shard=n % new if task.is_new_account else None)

    def _part(self, ledger: Ledger) -> Allowance | None:
        """What this shard of the service's day may hold; None for a user's ledger."""
        whole = {SERVICE_DAY: self.service, NEW_DAY: self._new}.get(ledger.kind)
        return whole.part(int(ledger.name)) if whole else None

    def _refusal(
        self, blocked: set[Ledger], held: Mapping[Ledger, Mapping[str, int]], charge: Charge
    ) -> ConversionError:
        until = _until(charge.at + _DAY)
        service = [one for one in blocked if one.kind == SERVICE_DAY]
        if not service:
            return NewAccountsLimitReached(f"{NewAccountsLimitReached.title}. {until}")
        if any(held[one].get(COUNT, 0) > self.service.part(int(one.name)).conversions for one in service):
            return ServiceLimitReached()
        return ServiceCapReached(f"{ServiceCapReached.title}. {until}")

    @property
    def _new(self) -> Allowance:
        return self.service.share(self.new_percent)

    def _check_user(self, held: Mapping[str, Mapping[str, int]], charge: Charge) -> None:
        if held.get(USER_DAY, {}).get(COUNT, 0) > self.user.conversions:
            raise DailyLimitReached(f"The limit is {self.user.conversions} conversions per user and day.")
        month = held.get(MONTH)
        if month is None or month[NANO_USD] <= self.user.nano_usd:
            return
        if _can_fit({**month, COUNT: 0}, self.user, charge):
            raise MustWait
        raise MonthlyCapReached(
            f"The cap is {usd(self.user.nano_usd):g} USD per user and month. {_until(next_month(charge.at))}"
        )


def _fits(held: Mapping[str, int], part: Allowance) -> bool:
    return held.get(NANO_USD, 0) <= part.nano_usd and held.get(COUNT, 0) <= part.conversions


def _can_fit(held: Mapping[str, int], part: Allowance, charge: Charge) -> bool:
    """Whether it would fit if no other conversion were in progress."""
    spent = held.get(NANO_USD, 0) - held.get(RESERVED, 0)
    return spent + charge.reserved <= part.nano_usd and held.get(COUNT, 0) <= part.conversions


def _part(limit: int, shard: int, shards: int) -> int:
    return limit // shards + (shard < limit % shards)


def _until(moment: datetime) -> str:
    return f"Conversions work again on {moment:%Y-%m-%d}, 00:00 UTC."


def _days_left(task: Task, now: datetime) -> float:
    return (task.expire_at - now) / _DAY
