"""Queues of uploads that another instance converts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.domain.files import Upload
    from shared.domain.task import Task


class ConversionQueue(Protocol):
    """Has uploads converted later, at least once."""

    def enqueue_conversion(self, task: Task, upload: Upload) -> None:
        """Enqueue the call in the queue that the task's claim names; repeated enqueuing has no effect."""
        ...
