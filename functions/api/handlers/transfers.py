"""Handlers of uploads and downloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from shared.web.http import json_response

from ..inputs.queries import parse_file_choice
from ..service.links import SIGNATURE
from .presentation import present_created, present_upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Task
    from shared.ports.accounts import Caller
    from shared.web.http import Call

    from ..service.links import Links
    from ..service.tasks import UserTasks
    from ..service.transfers import Transfers


@dataclass(frozen=True, slots=True)
class TransferHandlers:
    """Each method handles one route."""

    user_tasks: Callable[[], UserTasks]
    transfers: Callable[[], Transfers]
    links: Callable[[], Links]

    def renew_upload(self, call: Call, caller: Caller) -> Response:
        """The task with a new upload URL."""
        task, request = self.transfers().renew_upload(caller, call.path["task_id"])
        upload = present_upload(request, self.links().upload_session(task), call.base_url)
        return json_response(present_created(task, upload))

    def open_session(self, call: Call) -> Response:
        """201; the client PUTs the file to `Location`, in chunks."""
        task = self._linked_task(call)
        url = self.transfers().open_session(task, call.request.headers.get("Origin"))
        call.log.info("session_opened", taskId=task.id)
        return json_response({"url": url}, 201, {"Location": url})

    def download(self, call: Call, caller: Caller) -> Response:
        """302 to a signed URL that a browser saves under the file's name."""
        return self._redirect(call, self.user_tasks().get(caller, call.path["task_id"]), "no-store")

    def download_by_link(self, call: Call) -> Response:
        """The same for a client that follows a link.

        A player requests many ranges: it may cache the redirect for a third of the signed URL's lifetime.
        """
        max_age_s = self.links().lifetime_s // 3
        return self._redirect(call, self._linked_task(call), f"private, max-age={max_age_s}")

    def _linked_task(self, call: Call) -> Task:
        return self.links().linked_task(call.path["task_id"], call.request.path, call.request.args.to_dict())

    def _redirect(self, call: Call, task: Task, cache_control: str) -> Response:
        request = self.transfers().download_request(task, parse_file_choice(call.request.args))
        return Response(status=302, headers={"Location": request.url, "Cache-Control": cache_control})


def by_link_or(
    authenticated: Callable[[Call], Response], linked: Callable[[Call], Response]
) -> Callable[[Call], Response]:
    """A handler for requests that carry either a link's signature or an ID token."""

    def handle(call: Call) -> Response:
        return (linked if SIGNATURE in call.request.args else authenticated)(call)

    return handle
