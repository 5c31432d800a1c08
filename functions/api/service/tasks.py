"""The use cases of a user's own tasks: create, read, list, download. Somebody else's task is not there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import Conflict, InvalidField, NotFound
from shared.domain.formats import FORMATS
from shared.domain.names import TASK_ID, WAVEFORM_TYPE, new_task_id, output_objects, source_object
from shared.domain.states import State
from shared.domain.task import Output, Source, Task
from shared.domain.webhook import Webhook

if TYPE_CHECKING:
    from datetime import timedelta

    from shared.ports.accounts import Caller
    from shared.ports.clock import Clock
    from shared.ports.links import SignedRequest, UrlSigner
    from shared.ports.tasks import Page, TaskQuery, TaskStore

    from ..inputs.new_task import NewTask, Wanted


@dataclass(frozen=True, slots=True)
class UserTasks:
    """Everything that a signed-in user may do with tasks.

    Attributes:
        upload_max_bytes: the largest upload that a URL permits.
        lifetime: after which a task and its files are removed.
    """

    store: TaskStore
    urls: UrlSigner
    clock: Clock
    upload_max_bytes: int
    lifetime: timedelta

    def prepare(self, caller: Caller, request: NewTask) -> tuple[Task, SignedRequest]:
        """A task that will wait for its bytes, and the request that takes them; nothing is stored yet."""
        task = self._new_task(caller, request)
        return task, self.upload_request(task)

    def get(self, caller: Caller, task_id: str) -> Task:
        """The caller's task.

        Raises:
            NotFound: there is none of that id, or it is somebody else's.
        """
        self.check_id(task_id)
        task = self.store.get(task_id)
        if task is None:
            raise NotFound
        self.check_owner(caller, task)
        return task

    def check_id(self, task_id: str) -> None:
        """Raise NotFound if no task can have this id."""
        if not TASK_ID.fullmatch(task_id):
            raise NotFound

    def check_owner(self, caller: Caller, task: Task) -> None:
        """Raise NotFound if it is somebody else's: whether such a task exists is not told."""
        if task.owner != caller.uid:
            raise NotFound

    def awaiting(self, caller: Caller, task_id: str) -> Task:
        """The caller's task, if it waits for its bytes.

        Raises:
            Conflict: they have come, or are not waited for any more.
        """
        task = self.get(caller, task_id)
        check_awaits(task)
        return task

    def upload_request(self, task: Task) -> SignedRequest:
        """A single PUT that takes the task's bytes."""
        return self.urls.upload(task.source.object, task.source.content_type, self.upload_max_bytes)

    def upload_session(self, task: Task, origin: str | None) -> str:
        """Address of a new resumable upload; `origin` is that of the page that will send.

        Raises:
            Conflict: the bytes have come, or are not waited for any more.
        """
        check_awaits(task)
        source = task.source
        return self.urls.open_session(source.object, source.content_type, self.upload_max_bytes, origin)

    def page(self, query: TaskQuery) -> Page:
        """Some of the caller's tasks."""
        return self.store.page(query)

    def download(self, task: Task, which: str, number: int) -> SignedRequest:
        """A URL to the original, to its waveform, or to one of the outputs.

        Raises:
            Conflict: it does not exist yet.
            InvalidField: there is no output of that number.
        """
        if which == "original":
            if not task.source.is_uploaded:
                raise Conflict(f"The task is {task.state}: its file has not been uploaded.")
            return self.urls.download(task.source.object, task.filename, task.source.content_type)
        if task.state is not State.PROCESSED:
            raise Conflict(f"The task is {task.state}: there is nothing to download before it is PROCESSED.")
        if which == "waveform":
            return self._waveform(task)
        if not 0 <= number < len(task.outputs):
            raise InvalidField("There is no such output.", field="output", valid=range(len(task.outputs)))
        output = task.outputs[number]
        filename = output.object.partition("/")[2]
        return self.urls.download(output.object, filename, FORMATS[output.format].content_type)

    def _waveform(self, task: Task) -> SignedRequest:
        name = task.waveform
        if name is None:
            raise Conflict("There is no waveform: the file was not decoded as a whole.")
        return self.urls.download(name, name.partition("/")[2], WAVEFORM_TYPE)

    def _new_task(self, caller: Caller, request: NewTask) -> Task:
        task_id, now = new_task_id(), self.clock()
        return Task(
            id=task_id,
            owner=caller.uid,
            filename=request.filename,
            source=Source(source_object(task_id, request.filename), request.content_type),
            outputs=outputs_of(task_id, request.filename, request.wanted),
            nonce=secrets.token_urlsafe(16),
            created_at=now,
            updated_at=now,
            expire_at=now + self.lifetime,
            webhook=Webhook(url=request.webhook),
        )


def check_awaits(task: Task) -> None:
    """Raise Conflict unless the task waits for its bytes."""
    if task.state is not State.WAITING:
        raise Conflict(f"The task is {task.state}: it does not wait for its file any more.")


def outputs_of(task_id: str, filename: str, wanted: tuple[Wanted, ...]) -> tuple[Output, ...]:
    """What is asked for, each with the object that it will be."""
    names = output_objects(task_id, filename, [one.form for one in wanted])
    return tuple(Output(one.form.name, name, one.options) for one, name in zip(wanted, names, strict=True))
