"""The use cases of a user's own tasks: create, read, list, download. Somebody else's task is not there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.errors import Conflict, InvalidField, NotFound
from shared.formats import FORMATS
from shared.names import TASK_ID, new_task_id, output_objects, source_object
from shared.states import State
from shared.task import Output, Source, Task
from shared.webhook import Webhook

if TYPE_CHECKING:
    from datetime import timedelta

    from shared.ports import Caller, Clock, Page, SignedRequest, TaskQuery, TaskStore, UrlSigner

    from .new_task import NewTask

# Bytes are there from these on.
HAS_SOURCE = frozenset({State.UPLOADED, State.CONVERTING, State.PROCESSED, State.FAILED, State.CANCELLED})


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

    def create(self, caller: Caller, request: NewTask) -> tuple[Task, SignedRequest, SignedRequest]:
        """A task that waits for its bytes, the URL that takes them, and the one for a resumable upload."""
        task = self._new_task(caller, request)
        name, kind, limit = task.source.object, request.content_type, self.upload_max_bytes
        single = self.urls.upload(name, kind, limit)
        resumable = self.urls.resumable_upload(name, kind, limit)
        return self.store.create(task), single, resumable

    def get(self, caller: Caller, task_id: str) -> Task:
        """The caller's task.

        Raises:
            NotFound: there is none of that id, or it is somebody else's.
        """
        task = self.store.get(task_id) if TASK_ID.fullmatch(task_id) else None
        if task is None or task.owner != caller.uid:
            raise NotFound
        return task

    def page(self, query: TaskQuery) -> Page:
        """Some of the caller's tasks."""
        return self.store.page(query)

    def download(self, caller: Caller, task_id: str, which: str, number: int) -> SignedRequest:
        """A URL to the original or to one of the outputs.

        Raises:
            Conflict: it does not exist yet.
            InvalidField: there is no output of that number.
        """
        task = self.get(caller, task_id)
        if which == "original":
            if task.state not in HAS_SOURCE:
                raise Conflict(f"The task is {task.state}: its file has not been uploaded.")
            return self.urls.download(task.source.object, task.filename, task.source.content_type)
        if task.state is not State.PROCESSED:
            raise Conflict(f"The task is {task.state}: there is nothing to download before it is PROCESSED.")
        if not 0 <= number < len(task.outputs):
            raise InvalidField("There is no such output.", field="output", valid=range(len(task.outputs)))
        return self.output_url(task.outputs[number])

    def output_url(self, output: Output) -> SignedRequest:
        """A URL to an output that exists."""
        filename = output.object.partition("/")[2]
        return self.urls.download(output.object, filename, FORMATS[output.format].content_type)

    def _new_task(self, caller: Caller, request: NewTask) -> Task:
        task_id, now = new_task_id(), self.clock()
        names = output_objects(task_id, request.filename, [wanted.form for wanted in request.wanted])
        outputs = tuple(
            Output(wanted.form.name, name, wanted.options)
            for wanted, name in zip(request.wanted, names, strict=True)
        )
        return Task(
            id=task_id,
            owner=caller.uid,
            filename=request.filename,
            source=Source(source_object(task_id, request.filename), request.content_type),
            outputs=outputs,
            nonce=secrets.token_urlsafe(16),
            created_at=now,
            updated_at=now,
            expire_at=now + self.lifetime,
            webhook=Webhook(url=request.webhook),
        )
