"""Limits of conversions and of money: per task, per user and for the service."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.domain.costs.ledger import MONTH, SERVICE_DAY
from shared.domain.costs.prices import load_prices, nano
from shared.domain.errors import (
    ConversionError,
    DailyLimitReached,
    MaxCostExceeded,
    MonthlyCapReached,
    NewAccountsLimitReached,
    ServiceCapReached,
    ServiceLimitReached,
    TaskLimitReached,
)
from shared.domain.files import Output
from shared.domain.media import Probe
from shared.domain.names import new_task_id
from shared.domain.states import Claim, State
from shared.domain.task import DROP_OWNER, Failure, Task
from shared.service.conversion_limits import Allowance, ConversionLimits, MustWait
from tests.builders import a_task
from tests.fakes.clock import NOON
from tests.fakes.tasks import FakeTasks

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.costs.charges import Charge
    from shared.ports.ledger import Totals

MANY, RICH = 10**6, nano(1000)
ATTEMPT_S = 480
PRICES = load_prices()
ATTEMPT = PRICES.compute(ATTEMPT_S)
SONG = Probe("wav", "pcm_s16le", 210.0, 44_100, 2)


class World:
    """Tasks of several users, and what they may use."""

    def __init__(
        self,
        *,
        per_task: int = 100,
        per_user_day: int = MANY,
        per_day: int = MANY,
        user: int = RICH,
        day: int = RICH,
        new_percent: int = 100,
    ) -> None:
        self.tasks = FakeTasks()
        self.limits = ConversionLimits(
            per_task,
            Allowance(user, per_user_day),
            Allowance(day, per_day),
            new_percent,
        )

    def claimed(self, owner: str = "ana", days: float = 0, **changes: object) -> Task:
        now = NOON + timedelta(days=days)
        claim = Claim(7, 1, "lease", now + timedelta(hours=1))
        task = a_task(
            id=new_task_id(),
            owner=owner,
            state=State.CONVERTING,
            claim=claim,
            created_at=now,
            updated_at=now,
            expire_at=now + timedelta(days=7),
            **{"conversions": 1} | changes,
        )
        return self.tasks.create(task)

    def reserve(self, task: Task, size_bytes: int = 0, now: datetime | None = None) -> Task:
        """Reserve, or store that it is refused, as the pipeline does."""
        stored = [task]

        def book(charge: Charge) -> Totals:
            changed, totals = self.tasks.book(stored[0].charged("lease", charge))
            stored[0] = changed
            return totals

        try:
            self.limits.reserve(task, size_bytes, ATTEMPT_S, now or task.updated_at, book)
        except ConversionError as error:
            if stored[0].charges != task.charges:
                self.tasks.replace(stored[0].refused("lease", Failure.of(error), task.updated_at))
            raise
        except MustWait:
            self.tasks.replace(stored[0].uncharged("lease"))
            raise
        return stored[0]

    def begun(self, times: int, owner: str = "ana", days: float = 0, **changes: object) -> int:
        """How many of these conversions were allowed; each ends after a second."""
        passed = 0
        for _ in range(times):
            task = self.claimed(owner, days, **changes)
            try:
                stored = self.reserve(task)
            except ConversionError:
                continue
            failure = Failure("not_audio", "", "")
            self.tasks.replace(stored.failed("lease", failure, task.updated_at + timedelta(seconds=1)))
            passed += 1
        return passed

    def held(self, kind: str) -> int:
        """The money in all ledgers of this kind."""
        return sum(n["nanoUsd"] for ledger, n in self.tasks.ledger.held.items() if ledger.kind == kind)


def test_conversions_of_a_task_are_limited() -> None:
    world = World(per_task=3)
    world.reserve(world.claimed(conversions=3))

    with pytest.raises(TaskLimitReached):
        world.reserve(world.claimed(conversions=4))


def test_user_over_the_limit_does_not_use_up_the_limit_of_the_service() -> None:
    world = World(per_user_day=2, per_day=4)

    assert (world.begun(10), world.begun(10, "bob")) == (2, 2)


def test_limits_reset_on_the_next_day() -> None:
    world = World(per_user_day=2)

    assert (world.begun(3), world.begun(3, days=1)) == (2, 2)


def test_dropped_files_without_an_owner_count_only_for_the_service() -> None:
    world = World(per_user_day=1, per_day=3)

    assert world.begun(5, DROP_OWNER) == 3


def test_conversions_are_counted_to_the_exact_limit_in_every_shard() -> None:
    assert World(per_day=21).begun(30) == 21


def test_an_attempt_reserves_all_its_time_and_the_source_until_the_task_expires() -> None:
    world = World()
    (charge,) = world.reserve(world.claimed(), 2**30).charges

    assert charge.reserved == ATTEMPT
    assert charge.source_storage == PRICES.storage(2**30, 7)
    assert world.held(MONTH) == world.held(SERVICE_DAY) == charge.total


def test_what_ends_early_is_settled_to_the_seconds_it_worked() -> None:
    world = World()
    world.begun(1)
    (task,) = world.tasks.stored.values()

    assert task.charges[0].compute == PRICES.compute(1)
    assert world.held(MONTH) == world.held(SERVICE_DAY) == task.cost < ATTEMPT


def test_the_cap_of_a_month_refuses_and_says_when_it_works_again() -> None:
    world = World(user=ATTEMPT + nano(0.0005))
    assert 0 < world.begun(9) < 9

    with pytest.raises(MonthlyCapReached, match="2026-12-01"):
        world.reserve(world.claimed())
    assert world.begun(1, days=30) == world.begun(1, "bob") == 1


def test_the_ledger_holds_what_was_allowed_and_never_more_than_the_cap() -> None:
    world = World(user=ATTEMPT + nano(0.005))
    world.begun(300)
    (month,) = (ledger for ledger in world.tasks.ledger.held if ledger.kind == MONTH)

    assert (
        world.held(MONTH) == sum(task.cost for task in world.tasks.stored.values()) <= ATTEMPT + nano(0.005)
    )
    assert world.tasks.ledger.held[month]["reservedNanoUsd"] == 0


def test_concurrent_conversions_cannot_pass_the_cap_together() -> None:
    """BerriAI/litellm#34732, garrytan/gbrain#4365: admission that does not count what is under way."""
    world = World(user=3 * ATTEMPT)
    world.reserve(world.claimed())
    world.reserve(world.claimed())

    with pytest.raises(MustWait):
        world.reserve(world.claimed())


def test_what_others_have_only_reserved_is_waited_for_and_not_refused() -> None:
    """BerriAI/litellm#38647: worst-case reservations filled the budget, and all else was refused."""
    world = World(user=2 * ATTEMPT)
    first = world.reserve(world.claimed())
    second = world.claimed()
    with pytest.raises(MustWait):
        world.reserve(second)
    assert world.tasks.stored[second.id].cost == 0

    world.tasks.replace(first.failed("lease", Failure("damaged", "", ""), NOON + timedelta(seconds=2)))
    world.reserve(world.tasks.stored[second.id])


def test_a_refused_attempt_leaves_nothing_reserved() -> None:
    """BerriAI/litellm#27639: reservations that no terminal path gave back refused later requests."""
    world = World(user=ATTEMPT // 2)

    assert world.begun(50) == 0
    assert world.held(MONTH) == world.held(SERVICE_DAY) == 0


def test_a_cap_that_is_lowered_below_what_is_spent_only_refuses() -> None:
    world = World()
    world.begun(3)
    spent = world.held(MONTH)
    world.limits = replace(world.limits, user=Allowance(spent // 2, MANY))

    with pytest.raises(MonthlyCapReached):
        world.reserve(world.claimed())
    assert world.held(MONTH) == spent


def test_the_services_day_has_its_own_cap() -> None:
    world = World(day=2 * ATTEMPT)
    assert world.begun(1) == 1

    assert world.begun(700, DROP_OWNER) < 700
    with pytest.raises(ServiceCapReached, match="2026-11-24"):
        world.reserve(world.claimed("bob"))
    assert world.begun(1, days=1) == 1


def test_each_shard_has_room_for_an_attempt() -> None:
    for dollars in (0.01, 1, 5, 20, 1000):
        allowance = Allowance(nano(dollars), MANY)
        parts = [allowance.part(n).nano_usd for n in range(allowance.shards)]

        assert sum(parts) == nano(dollars)
        assert dollars < 1 or min(parts) >= nano(0.25)


def test_forty_one_byte_files_of_five_fresh_accounts_do_not_shut_out_the_others() -> None:
    world = World(per_day=40, new_percent=10)
    fresh = sum(world.begun(8, f"fresh-{n}", is_new_account=True) for n in range(5))

    assert fresh == 4
    assert world.begun(36, "ana") == 36


def test_five_fresh_accounts_cannot_spend_more_than_their_share_of_the_day() -> None:
    world = World(day=nano(1), new_percent=2)
    for n in range(5):
        world.begun(60, f"fresh-{n}", is_new_account=True)
    with pytest.raises(NewAccountsLimitReached, match="2026-11-24"):
        world.reserve(world.claimed("fresh-9", is_new_account=True))

    assert world.held(SERVICE_DAY) <= nano(0.02)
    assert world.begun(20, "ana") == 20


def test_a_conversion_across_the_end_of_a_month_is_booked_where_it_began() -> None:
    """wontlost-ltd/chrono-synth-os#434: one part of the books was in one month, the rest in the other."""
    world = World()
    began = NOON.replace(day=30, hour=23, minute=59, second=59)
    task = world.reserve(world.claimed(days=(began - NOON) / timedelta(days=1)))
    world.tasks.replace(task.failed("lease", Failure("damaged", "", ""), began + timedelta(seconds=9)))
    months = {ledger.period: n for ledger, n in world.tasks.ledger.held.items() if ledger.kind == MONTH}

    assert set(months) == {"2026-11"}
    assert months["2026-11"]["reservedNanoUsd"] == 0


def test_a_clock_that_runs_backwards_costs_nothing() -> None:
    world = World()
    task = world.reserve(world.claimed())
    ended = task.failed("lease", Failure("damaged", "", ""), NOON - timedelta(hours=1))

    assert (ended.charges[0].compute, ended.charges[0].reserved) == (0, 0)


def test_a_killed_attempt_is_settled_by_the_next_and_each_is_counted_once() -> None:
    """RedHatInsights/rhsm-subscriptions#3856: a retry counted what the first attempt had counted."""
    world = World()
    task = world.reserve(world.claimed(), 2**30)
    later = task.updated_at + timedelta(hours=2)
    assert task.claim
    upload_of = replace(task, claim=replace(task.claim, lease_id="gone"))
    settled = replace(
        upload_of.cancelled(later), state=State.CONVERTING, claim=task.claim, conversions=2, updated_at=later
    )
    again = world.reserve(world.tasks.replace(settled), 2**30, now=later)

    assert again.charges[0].compute == PRICES.compute(10)
    assert [charge.source_bytes for charge in again.charges] == [2**30, 0]
    assert [charge.conversions for charge in again.charges] == [1, 1]


def test_an_attempt_that_a_queue_continues_is_one_conversion() -> None:
    world = World()
    queued = world.reserve(world.claimed()).queued("lease", "long", NOON + timedelta(seconds=1))
    claim = Claim(7, 1, "lease", NOON + timedelta(hours=1))
    continued = world.tasks.replace(replace(queued, state=State.CONVERTING, claim=claim))
    task = world.reserve(continued, now=NOON + timedelta(hours=1))

    assert [charge.conversions for charge in task.charges] == [1, 0]
    assert task.charges[0].reserved == 0


def test_outputs_that_may_be_large_are_reserved_before_they_are_made() -> None:
    world = World()
    long = replace(SONG, duration_s=4 * 3600.0, channels=8, sample_rate_hz=192_000)
    task = world.reserve(world.claimed(outputs=(Output("wav", "x/out.wav"), Output("aiff", "x/out.aiff"))))
    booked: list[Charge] = []

    def book(charge: Charge) -> Totals:
        booked.append(charge)
        return {}

    world.limits.reserve_outputs(task, long, 10**9, ATTEMPT_S, book)

    assert booked[0].reserved > ATTEMPT
    assert booked[0].at == task.charges[0].at


def test_what_may_cost_more_than_its_owner_allows_is_refused_before_it_is_encoded() -> None:
    world = World()
    task = world.reserve(world.claimed(max_cost=nano(0.0001)))
    with pytest.raises(MaxCostExceeded, match=r"maxCostUsd is 0\.0001"):
        world.limits.reserve_outputs(task, SONG, 37_000_000, ATTEMPT_S, lambda _: {})

    world.limits.reserve_outputs(
        replace(task, max_cost=nano(0.01)), SONG, 37_000_000, ATTEMPT_S, lambda _: {}
    )


def test_each_limit_has_its_code_and_a_hint() -> None:
    errors = (
        TaskLimitReached,
        DailyLimitReached,
        ServiceLimitReached,
        MonthlyCapReached,
        ServiceCapReached,
        NewAccountsLimitReached,
        MaxCostExceeded,
    )

    assert len({error.code for error in errors}) == len(errors)
    assert all(error.hint for error in errors)
