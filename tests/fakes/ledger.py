"""Ledgers in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.costs.ledger import (
    AUDIO_S,
    FETCHED_BYTES,
    MONTH,
    NANO_USD,
    RESERVED,
    STORED_BYTES,
    TASKS,
    Ledger,
    differences,
)
from shared.ports.ledger import MonthUsage

if TYPE_CHECKING:
    from shared.domain.task import Task
    from shared.ports.ledger import Totals


@dataclass
class FakeLedger:
    """`UsageReader` and `ConversionCounter` in dictionaries; fakes of stores book in it.

    Attributes:
        most: the most that each ledger ever held of each number.
    """

    held: dict[Ledger, Counter[str]] = field(default_factory=dict)
    most: dict[Ledger, Counter[str]] = field(default_factory=dict)
    running: dict[str, int] = field(default_factory=dict)

    def book(self, task: Task) -> Totals:
        changed = differences(task.payer, task.booked, task.charges)
        for ledger, numbers in changed.items():
            sums = self.held.setdefault(ledger, Counter())
            for name, number in numbers.items():
                sums[name] += number
            self.most[ledger] = self.most.get(ledger, Counter()) | sums
        return {ledger: dict(self.held[ledger]) for ledger in changed}

    def usage(self, owner: str, month: str) -> MonthUsage:
        held = self.held.get(Ledger(MONTH, month, owner), Counter())
        names = (TASKS, AUDIO_S, STORED_BYTES, FETCHED_BYTES, NANO_USD, RESERVED)
        return MonthUsage(month, *(held[name] for name in names))

    def count_running(self, owner: str, limit: int) -> int:
        return min(limit, self.running.get(owner, 0))
