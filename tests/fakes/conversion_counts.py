"""Numbers of conversions in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass
class FakeConversionCounter:
    """`ConversionCounter` in a dictionary."""

    counted: dict[tuple[str, date], int] = field(default_factory=dict)
    running: dict[str, int] = field(default_factory=dict)

    def use_user_quota(self, owner: str, day: date, limit: int) -> bool:
        self.counted[owner, day] = self.counted.get((owner, day), 0) + 1
        return self.counted[owner, day] <= limit

    def use_service_quota(self, day: date, limit: int) -> bool:
        return self.use_user_quota("", day, limit)

    def count_running(self, owner: str, limit: int) -> int:
        return min(limit, self.running.get(owner, 0))
