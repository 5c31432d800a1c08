"""Calls to notify, recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.domain.task import Task


@dataclass
class FakeNotifier:
    notified: list[Task] = field(default_factory=list)

    def notify_finished(self, task: Task) -> None:
        self.notified.append(task)
