"""Uploads and downloads: signed URLs of Cloud Storage and resumable upload sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import Conflict, InvalidField
from shared.domain.files import stored_type
from shared.domain.formats import FORMATS
from shared.domain.names import WAVEFORM_TYPE
from shared.domain.states import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Task
    from shared.ports.accounts import Caller
    from shared.ports.links import SignedRequest, UrlSigner
    from shared.ports.task_folder import TaskFolder

    from ..inputs.queries import FileChoice
    from .download_meter import DownloadMeter
    from .quotas import Quotas
    from .tasks import UserTasks


@dataclass(frozen=True, slots=True)
class Transfers:
    """Gives clients access to the bucket.

    Attributes:
        upload_max_bytes: the largest upload that a URL permits.
        meter: counts downloads.
        folder: the objects of tasks; few requests need it.
    """

    user_tasks: UserTasks
    quotas: Quotas
    urls: UrlSigner
    upload_max_bytes: int
    folder: Callable[[], TaskFolder]
    meter: DownloadMeter | None = None

    def uploaded_bytes(self, task: Task) -> int | None:
        """Size of the file of a task that waits for it; None if it is not there, or not completely."""
        info = self.folder().stat(task.source.object) if task.state is State.WAITING else None
        return info.size_bytes if info else None

    def upload_request(self, task: Task) -> SignedRequest:
        """A single PUT that uploads the task's file."""
        return self.urls.upload(task.source.object, task.source.content_type, self.upload_max_bytes)

    def renew_upload(self, caller: Caller, task_id: str) -> tuple[Task, SignedRequest]:
        """The task and a new request that uploads its file; counts as an upload.

        Raises:
            Conflict: the task no longer waits for its upload.
            QuotaExceeded: the user requests too many uploads.
        """
        task = self.user_tasks.get(caller, task_id)
        _check_waiting(task)
        self.quotas.charge(caller.uid, spends=True)
        return task, self.upload_request(task)

    def open_session(self, task: Task, origin: str | None) -> str:
        """URL of a new resumable upload.

        Args:
            task: whose file to upload.
            origin: of the web page that will send the file.

        Raises:
            Conflict: the task no longer waits for its upload.
        """
        _check_waiting(task)
        source = task.source
        return self.urls.open_session(source.object, source.content_type, self.upload_max_bytes, origin)

    def download_request(self, task: Task, choice: FileChoice) -> SignedRequest:
        """A GET of one of the task's files.

        Raises:
            Conflict: the file does not exist, or not yet.
            InvalidField: the task has no output with this index.
        """
        if choice.kind == "original":
            if not task.source.is_uploaded:
                raise Conflict(f"The task is {task.state}; its file has not been uploaded.")
            # Old tasks may have any type.
            content_type = stored_type(task.source.content_type)
            self._count(task, task.source.size_bytes)
            return self.urls.download(task.source.object, task.filename, content_type)
        if task.state is not State.PROCESSED:
            raise Conflict(f"The task is {task.state}; outputs can be downloaded once it is PROCESSED.")
        if choice.kind == "waveform":
            return self._waveform(task)
        if choice.output >= len(task.outputs):
            valid = range(len(task.outputs))
            raise InvalidField(f"The task has no output {choice.output}.", field="output", valid=valid)
        output = task.outputs[choice.output]
        filename = output.object.partition("/")[2]
        self._count(task, output.size_bytes)
        return self.urls.download(output.object, filename, FORMATS[output.format].content_type)

    def _count(self, task: Task, size_bytes: int | None) -> None:
        if self.meter:
            self.meter.count(task, size_bytes or 0)

    def _waveform(self, task: Task) -> SignedRequest:
        name = task.waveform
        if name is None:
            raise Conflict("The task has no waveform; its file was not decoded as a whole.")
        return self.urls.download(name, name.partition("/")[2], WAVEFORM_TYPE)


def _check_waiting(task: Task) -> None:
    if task.state is not State.WAITING:
        raise Conflict(f"The task is {task.state}; it no longer waits for an upload.")
