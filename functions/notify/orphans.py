"""What lies in the bucket and belongs to no task: removed, or taken in where it waits for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.names import TASK_ID
from shared.domain.states import State
from shared.domain.task import Upload
from shared.service.drops import PREFIX, parse_drop

if TYPE_CHECKING:
    from shared.domain.task import Task
    from shared.ports.bucket_listing import ObjectListing
    from shared.ports.objects import ObjectInfo
    from shared.ports.tasks import TaskStore
    from shared.runtime.log import Log
    from shared.service.drops import DropImporter

PARTS = "/tmp/parallel_composite_uploads/"  # noqa: S108  # of an object's name


@dataclass(frozen=True, slots=True)
class Orphans:
    """Deals with one object at a time.

    Attributes:
        bucket: where all of them lie.
    """

    store: TaskStore
    shelf: ObjectListing
    drops: DropImporter
    bucket: str

    def deal_with(self, stored: ObjectInfo, log: Log) -> str:
        """What was done with it; an object that is not of this service's making is kept."""
        folder, _, name = stored.name.partition("/")
        if stored.name.startswith(PREFIX):
            return self._drop(stored, log)
        if not TASK_ID.fullmatch(folder) or not name:
            return "kept"
        task = self.store.get(folder)
        if task is not None and _belongs(stored.name, task):
            return "kept"
        self.shelf.delete(stored.name, stored.generation)
        return "removed"

    def _drop(self, stored: ObjectInfo, log: Log) -> str:
        """A file whose event was lost is taken in as that event would have: so it stays one task.

        Were it rewritten, so that it has an event again, it would be another generation, and with it another
        task beside the one of a delivery that is under way.
        """
        if parse_drop(stored.name) is None or PARTS in stored.name:
            return "kept"
        upload = Upload(
            self.bucket,
            stored.name,
            stored.generation,
            stored.size_bytes,
            "",
            stored.content_type,
            stored.created_at,
        )
        self.drops.accept(upload, log)
        return "accepted"


def _belongs(name: str, task: Task) -> bool:
    """Whether it is the task's original, its waveform or an output, or what was made beside one of these."""
    if name == task.source.object:
        return task.state is not State.EXPIRED
    # While the task is at work it may have written what it has not written down.
    own = [output.object for output in task.outputs] + ([task.waveform] if task.waveform else [])
    return not task.is_final or name.startswith(tuple(own))
