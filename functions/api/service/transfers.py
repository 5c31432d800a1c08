"""Where bytes go up and come down: signed requests, upload sessions, and the links that lead to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.errors import NotFound

from ..handlers.presentation import instant, present_upload
from ..inputs.queries import FILES

if TYPE_CHECKING:
    from shared.domain.task import Task
    from shared.ports.links import SignedRequest
    from shared.web.http import Call

    from .links import Link, Links
    from .tasks import UserTasks


@dataclass(frozen=True, slots=True)
class Transfers:
    """Presents the ways of a task's bytes, and follows links."""

    tasks: UserTasks
    links: Links

    def present(self, call: Call, task: Task, upload: SignedRequest) -> dict[str, Any]:
        """A single PUT straight to the bucket; and a POST that opens a session there, which it hands over.

        The session's headers are those that the bucket will be told; our own route knows them anyway.
        """
        link = self.links.make(task, f"/api/tasks/{task.id}/upload/session", {})
        resumable = _present_link(call, link, "POST")
        resumable["headers"] = {**upload.headers, "x-goog-resumable": "start"}
        return {**present_upload(upload), "resumable": resumable}

    def add_links(self, call: Call, task: Task, shown: dict[str, Any]) -> None:
        """Put links beside the source and beside each output of a task that is processed."""
        converted, original, waveform = FILES
        source = shown["source"]
        source["download"] = self._download(call, task, file=original)
        if task.waveform:
            source["waveform"] = self._download(call, task, file=waveform)
        for number, entry in enumerate(shown["outputs"]):
            entry["download"] = self._download(call, task, file=converted, output=str(number))

    def _download(self, call: Call, task: Task, **query: str) -> dict[str, Any]:
        link = self.links.make(task, f"/api/tasks/{task.id}/download", query)
        return _present_link(call, link, "GET")

    def linked_task(self, call: Call) -> Task:
        """The task that the link of this request is about.

        Raises:
            NotFound: we made no such link.
            LinkExpired: it is too old.
        """
        task_id = call.path["task_id"]
        self.tasks.check_id(task_id)
        task = self.tasks.store.get(task_id)
        if task is None:
            raise NotFound
        self.links.check(task, call.request.path, call.request.args.to_dict())
        return task


def _present_link(call: Call, link: Link, method: str) -> dict[str, Any]:
    return {
        "url": call.base_url + link.path,
        "method": method,
        "headers": {},
        "expiresAt": instant(link.expires_at),
    }
