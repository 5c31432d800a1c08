"""Calls from queues, recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.errors import Unavailable

if TYPE_CHECKING:
    from shared.domain.files import Upload
    from shared.domain.task import Task


@dataclass
class FakeConversionQueue:
    """`ConversionQueue` that takes each call once, by its name."""

    calls: dict[tuple[str, int, int], tuple[str, Upload]] = field(default_factory=dict)
    is_down: bool = False

    def enqueue_conversion(self, task: Task, upload: Upload) -> None:
        if self.is_down:
            raise Unavailable
        assert task.claim
        name = (task.id, task.claim.generation, task.claim.next_attempt)
        self.calls.setdefault(name, (task.claim.queue, upload))
