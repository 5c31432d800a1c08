"""Calls to notify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.domain.task import Task


class Notifier(Protocol):
    """Notifies notify, at least once, of a finished attempt."""

    def notify_finished(self, task: Task) -> None:
        """Enqueue the call; repeated enqueuing has no effect."""
        ...
