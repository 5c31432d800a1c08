"""What lies in the bucket and belongs to no task: removed, or told again where it never had one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.names import TASK_ID
from shared.states import State

if TYPE_CHECKING:
    from shared.ports import Shelf, Stored, TaskStore
    from shared.task import Task

DROPS = "drop/"
OPTIONS_FILE = "sonube.json"
PARTS = "/tmp/parallel_composite_uploads/"  # noqa: S108  # of an object's name


@dataclass(frozen=True, slots=True)
class Orphans:
    """Deals with one object at a time."""

    store: TaskStore
    shelf: Shelf

    def deal_with(self, stored: Stored) -> str:
        """What was done with it; an object that is not of this service's making is kept."""
        folder, _, name = stored.name.partition("/")
        if stored.name.startswith(DROPS):
            return self._drop(stored)
        if not TASK_ID.fullmatch(folder) or not name:
            return "kept"
        task = self.store.get(folder)
        if task is not None and _belongs(stored.name, task):
            return "kept"
        self.shelf.remove(stored)
        return "removed"

    def _drop(self, stored: Stored) -> str:
        """A file that was never taken in gets a new event; at most once in a while, its age begins anew."""
        if stored.name.endswith(("/", f"/{OPTIONS_FILE}")) or PARTS in stored.name:
            return "kept"
        self.shelf.rewrite(stored)
        return "told_again"


def _belongs(name: str, task: Task) -> bool:
    """Whether it is the task's original or one of its outputs, or what was made beside one of them."""
    if name == task.source.object:
        return task.state is not State.EXPIRED
    # While the task is at work it may have written what it has not written down.
    return not task.is_final or any(name.startswith(output.object) for output in task.outputs)
