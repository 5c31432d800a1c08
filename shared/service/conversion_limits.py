"""Limits of conversions per task, per user and for all users: the last is the budget limit.

Every attempt counts, even if it fails, because it costs. Beyond a limit the task fails with the code of that
limit and its event is acknowledged, so that nothing is retried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import DailyLimitReached, ServiceLimitReached, TaskLimitReached
from shared.domain.task import DROP_OWNER

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.task import Task
    from shared.ports.conversion_counts import ConversionCounter


@dataclass(frozen=True, slots=True)
class ConversionLimits:
    """Decides whether a conversion may run.

    Attributes:
        per_task: conversions of one task over its lifetime.
        per_user_day: conversions of one user per day (UTC). Dropped files without an owner do not count.
        per_day: conversions of all users per day (UTC).
    """

    counter: ConversionCounter
    per_task: int
    per_user_day: int
    per_day: int

    def check(self, task: Task, now: datetime) -> None:
        """Count the conversion of a claimed task.

        Raises:
            TaskLimitReached, DailyLimitReached, ServiceLimitReached: the limit is exceeded.
        """
        if task.conversions > self.per_task:
            raise TaskLimitReached(f"The limit is {self.per_task} conversions per task.")
        day = now.date()
        has_owner = task.owner != DROP_OWNER
        if has_owner and not self.counter.use_user_quota(task.owner, day, self.per_user_day):
            raise DailyLimitReached(f"The limit is {self.per_user_day} conversions per user and day.")
        if not self.counter.use_service_quota(day, self.per_day):
            raise ServiceLimitReached
