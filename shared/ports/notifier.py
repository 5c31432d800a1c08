"""The call that tells notify of a finished attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.domain.task import Task


class Notifier(Protocol):
    """Tells notify, once or more often, that an attempt has finished."""

    def notify_finished(self, task: Task) -> None:
        """Enqueue the call; enqueuing it twice is the same as once."""
        ...
