"""The handlers that tell where bytes go up and come down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from shared.web.http import json_response

from ..inputs.queries import which_file
from ..service.links import SIGNATURE
from .presentation import present_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Task
    from shared.ports.accounts import Caller
    from shared.web.http import Call

    from ..service.quotas import Quotas
    from ..service.tasks import UserTasks
    from ..service.transfers import Transfers


@dataclass(frozen=True, slots=True)
class TransferRoutes:
    """Each method is one route's handler."""

    tasks: Callable[[], UserTasks]
    transfers: Callable[[], Transfers]
    quotas: Callable[[], Quotas]

    def upload(self, call: Call, caller: Caller) -> Response:
        """The task with fresh places for its bytes."""
        task = self.tasks().awaiting(caller, call.path["task_id"])
        self.quotas().take_step(caller.uid)
        upload = self.transfers().present(call, task, self.tasks().upload_request(task))
        return json_response({**present_task(task), "upload": upload})

    def session(self, call: Call) -> Response:
        """201; `Location` takes the bytes, in pieces, as Cloud Storage's resumable uploads do."""
        task = self.transfers().linked_task(call)
        address = self.tasks().upload_session(task, call.request.headers.get("Origin"))
        call.log.info("session_opened", taskId=task.id)
        return json_response({"url": address}, 201, {"Location": address})

    def download(self, call: Call, caller: Caller) -> Response:
        """302 to a signed URL that is saved under the right name."""
        return self._redirect(call, self.tasks().get(caller, call.path["task_id"]), "no-store")

    def linked_download(self, call: Call) -> Response:
        """The same for whoever has a link of ours.

        A player asks for one piece after another: it keeps the redirect for a third of the signed URL's life.
        """
        max_age_s = self.transfers().links.lifetime_s // 3
        return self._redirect(call, self.transfers().linked_task(call), f"private, max-age={max_age_s}")

    def _redirect(self, call: Call, task: Task, caching: str) -> Response:
        request = self.tasks().download(task, *which_file(call))
        return Response(status=302, headers={"Location": request.url, "Cache-Control": caching})


def by_link_or(
    signed: Callable[[Call], Response], linked: Callable[[Call], Response]
) -> Callable[[Call], Response]:
    """A handler for a request that carries either a link's signature or an ID token."""

    def handle(call: Call) -> Response:
        return (linked if SIGNATURE in call.request.args else signed)(call)

    return handle
