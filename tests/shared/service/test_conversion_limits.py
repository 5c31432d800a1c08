"""Limits of conversions per task, per user and for the service."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.domain.errors import ConversionError, DailyLimitReached, ServiceLimitReached, TaskLimitReached
from shared.domain.task import DROP_OWNER
from shared.service.conversion_limits import ConversionLimits
from tests.builders import a_task
from tests.fakes.clock import NOON
from tests.fakes.conversion_counts import FakeConversionCounter


def allowance(per_task: int = 100, per_user_day: int = 100, per_day: int = 100) -> ConversionLimits:
    return ConversionLimits(FakeConversionCounter(), per_task, per_user_day, per_day)


def begun(fuse: ConversionLimits, times: int, owner: str = "ana", days: int = 0) -> int:
    """How many of these conversions were allowed."""
    passed = 0
    for _ in range(times):
        try:
            fuse.check(a_task(owner=owner, conversions=1), NOON + timedelta(days=days))
        except ConversionError:
            continue
        passed += 1
    return passed


def test_conversions_of_a_task_are_limited() -> None:
    allowance(per_task=3).check(a_task(conversions=3), NOON)

    with pytest.raises(TaskLimitReached):
        allowance(per_task=3).check(a_task(conversions=4), NOON)


def test_user_over_the_limit_does_not_use_up_the_limit_of_the_service() -> None:
    fuse = allowance(per_user_day=2, per_day=4)

    assert (begun(fuse, 10), begun(fuse, 10, "bob")) == (2, 2)


def test_limits_reset_on_the_next_day() -> None:
    fuse = allowance(per_user_day=2)

    assert (begun(fuse, 3), begun(fuse, 3, days=1)) == (2, 2)


def test_dropped_files_without_an_owner_count_only_for_the_service() -> None:
    fuse = allowance(per_user_day=1, per_day=3)

    assert begun(fuse, 5, DROP_OWNER) == 3


def test_each_limit_has_its_code_and_a_hint() -> None:
    errors = (TaskLimitReached, DailyLimitReached, ServiceLimitReached)

    assert len({error.code for error in errors}) == 3
    assert all(error.hint for error in errors)
