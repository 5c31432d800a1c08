"""Objects in the bucket that belong to no task: deleted, or accepted if they are drops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.files import Upload
from shared.domain.names import TASK_ID
from shared.domain.states import State
from shared.service.drops import PREFIX, parse_drop

if TYPE_CHECKING:
    from shared.domain.task import Task
    from shared.ports.bucket_listing import ObjectListing
    from shared.ports.objects import ObjectInfo
    from shared.ports.tasks import TaskStore
    from shared.runtime.log import Log
    from shared.service.drops import DropImporter

# Of the parts that gcloud and gsutil upload in parallel.
PARTS_FOLDER = "/tmp/parallel_composite_uploads/"  # noqa: S108  # in an object's name


@dataclass(frozen=True, slots=True)
class OrphanCleanup:
    """Handles one object at a time.

    Attributes:
        bucket: name of the bucket.
    """

    tasks: TaskStore
    listing: ObjectListing
    drops: DropImporter
    bucket: str

    def run(self, found: ObjectInfo, log: Log) -> str:
        """The outcome; objects that this service did not create are `kept`."""
        folder, _, name = found.name.partition("/")
        if found.name.startswith(PREFIX):
            return self._accept_drop(found, log)
        if not TASK_ID.fullmatch(folder) or not name:
            return "kept"
        task = self.tasks.get(folder)
        if task is not None and _belongs(found.name, task):
            return "kept"
        self.listing.delete(found.name, found.generation)
        return "deleted"

    def _accept_drop(self, found: ObjectInfo, log: Log) -> str:
        """Accept a drop whose event was lost in the same way as its event would, so that it stays one task.

        Rewriting the object would create another generation, and with it a second task if the first event
        is still being delivered.
        """
        if parse_drop(found.name) is None or PARTS_FOLDER in found.name:
            return "kept"
        upload = Upload(
            self.bucket,
            found.name,
            found.generation,
            found.size_bytes,
            "",
            found.content_type,
            found.created_at,
        )
        self.drops.accept(upload, log)
        return "accepted"


def _belongs(name: str, task: Task) -> bool:
    """Whether the object is the task's source, waveform or output, or a temporary object of one of these."""
    if name == task.source.object:
        return task.state is not State.EXPIRED
    # While the task is converted, its document does not yet name everything that was written.
    own = [output.object for output in task.outputs] + ([task.waveform] if task.waveform else [])
    return not task.is_final or name.startswith(tuple(own))
