"""The cost fuse: how many conversions a task, a user and everybody may begin, whatever makes them begin.

Every attempt counts, also one that fails: it is what costs. Beyond a limit the task fails with that limit's
code and its event is acknowledged, so nothing is tried again and nothing spins.
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
    """Decides whether one more conversion may go on.

    Attributes:
        per_task: conversions of one task over its whole life.
        per_user_day: conversions of one user between two midnights, UTC. Drops without an owner are nobody's:
            only `per_day` bounds them.
        per_day: conversions of everybody between two midnights, UTC.
    """

    counter: ConversionCounter
    per_task: int
    per_user_day: int
    per_day: int

    def check(self, task: Task, now: datetime) -> None:
        """Count the conversion that this claimed task has begun.

        Raises:
            TaskLimitReached, DailyLimitReached, ServiceLimitReached: it is one too many.
        """
        if task.conversions > self.per_task:
            raise TaskLimitReached(f"The limit is {self.per_task} conversions per task.")
        day = now.date()
        owned = task.owner != DROP_OWNER
        if owned and not self.counter.use_user_quota(task.owner, day, self.per_user_day):
            raise DailyLimitReached(f"The limit is {self.per_user_day} conversions per user and day.")
        if not self.counter.use_service_quota(day, self.per_day):
            raise ServiceLimitReached
