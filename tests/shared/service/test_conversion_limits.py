"""The cost fuse: what a task, a user and everybody may begin."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.domain.errors import ConversionError, DailyLimitReached, ServiceLimitReached, TaskLimitReached
from shared.domain.task import DROP_OWNER
from shared.service.conversion_limits import ConversionLimits
from tests.fakes import NOON, FakeConversionCounter, a_task


def allowance(per_task: int = 100, per_user_day: int = 100, per_day: int = 100) -> ConversionLimits:
    return ConversionLimits(FakeConversionCounter(), per_task, per_user_day, per_day)


def begun(fuse: ConversionLimits, times: int, owner: str = "ana", days: int = 0) -> int:
    """How many of so many conversions were let through."""
    passed = 0
    for _ in range(times):
        try:
            fuse.check(a_task(owner=owner, conversions=1), NOON + timedelta(days=days))
        except ConversionError:
            continue
        passed += 1
    return passed


def test_a_task_is_converted_only_so_often_whatever_asks_for_it() -> None:
    allowance(per_task=3).check(a_task(conversions=3), NOON)

    with pytest.raises(TaskLimitReached):
        allowance(per_task=3).check(a_task(conversions=4), NOON)


def test_a_user_who_is_over_the_limit_takes_nothing_from_others() -> None:
    fuse = allowance(per_user_day=2, per_day=4)

    assert (begun(fuse, 10), begun(fuse, 10, "bob")) == (2, 2)


def test_the_next_day_begins_anew() -> None:
    fuse = allowance(per_user_day=2)

    assert (begun(fuse, 3), begun(fuse, 3, days=1)) == (2, 2)


def test_drops_that_are_nobodys_are_bounded_by_the_service_alone() -> None:
    fuse = allowance(per_user_day=1, per_day=3)

    assert begun(fuse, 5, DROP_OWNER) == 3


def test_each_limit_has_a_code_of_its_own_and_a_hint() -> None:
    errors = (TaskLimitReached, DailyLimitReached, ServiceLimitReached)

    assert len({error.code for error in errors}) == 3
    assert all(error.hint for error in errors)
