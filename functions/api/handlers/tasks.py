"""The handlers of `/api/tasks`: HTTP on the one side, use cases on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from shared.domain.states import State
from shared.web.http import json_response

from ..inputs.conditions import check_if_match, etag, idempotency_key, is_known, quoted
from ..inputs.endpoint_change import EndpointChange
from ..inputs.new_task import parse_new_task, parse_retarget
from ..inputs.queries import task_query
from ..service.creation import Key
from .presentation import present_task
from .webhooks import present_webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shared.domain.task import Task
    from shared.ports.accounts import Caller
    from shared.ports.links import SignedRequest
    from shared.web.http import Call

    from ..inputs.new_task import NewTask
    from ..service.changes import Condition, TaskChanges
    from ..service.creation import TaskCreation
    from ..service.tasks import UserTasks
    from ..service.transfers import Transfers
    from ..service.webhooks import UserWebhooks


@dataclass(frozen=True, slots=True)
class TaskRoutes:
    """Each method is one route's handler."""

    tasks: Callable[[], UserTasks]
    creation: Callable[[], TaskCreation]
    changes: Callable[[], TaskChanges]
    transfers: Callable[[], Transfers]
    webhooks: Callable[[], UserWebhooks]

    def create(self, call: Call, caller: Caller) -> Response:
        """201, the task, and where its bytes go; under an Idempotency-Key the same answer each time."""
        body, key = call.body(), idempotency_key(call)
        request = parse_new_task(body)
        webhook = self._webhook(caller, request)

        def render(task: Task, upload: SignedRequest) -> Mapping[str, Any]:
            return {**present_task(task), **webhook, "upload": self.transfers().present(call, task, upload)}

        created = self.creation().create(caller, request, Key.of(key, body) if key else None, render)
        call.log.info("created", taskId=created.task_id, replayed=created.replayed)
        headers = {
            "Location": f"/api/tasks/{created.task_id}",
            "Cache-Control": "no-store",
            **quoted(etag(created.task_id, created.revision)),
            **({"Idempotent-Replayed": "true"} if created.replayed else {}),
        }
        return Response(created.body, 201, headers, mimetype="application/json")

    def get(self, call: Call, caller: Caller) -> Response:
        """The task, with links once it is processed; 304 if the client has it already."""
        task = self.tasks().get(caller, call.path["task_id"])
        tag = etag(task.id, task.revision)
        if task.state is State.PROCESSED:
            # The links are a part of what is shown, and change from time to time.
            tag += f".{self.transfers().links.window()}"
        if is_known(call, tag):
            return Response(status=304, headers={**quoted(tag), "Cache-Control": "no-store"})
        shown = present_task(task) | {"webhook": present_webhook(task.webhook)}
        if task.state is State.PROCESSED:
            self.transfers().add_links(call, task, shown)
        return json_response(shown, headers=quoted(tag))

    def list(self, call: Call, caller: Caller) -> Response:
        """A page of the caller's own tasks."""
        page = self.tasks().page(task_query(call, caller))
        return json_response(
            {"tasks": [present_task(task) for task in page.tasks], "nextPageToken": page.next_token}
        )

    def put(self, call: Call, caller: Caller) -> Response:
        """Other outputs; 202 when that starts a conversion, 200 while the file is still to come."""
        wanted = parse_retarget(call.body())
        task = self.changes().retarget(caller, call.path["task_id"], wanted, _condition(call))
        call.log.info("retargeted", taskId=task.id, formats=[output.format for output in task.outputs])
        return _changed(task, 200 if task.state is State.WAITING else 202)

    def cancel(self, call: Call, caller: Caller) -> Response:
        """The task, stopped."""
        task = self.changes().cancel(caller, call.path["task_id"], _condition(call))
        call.log.info("cancelled", taskId=task.id)
        return _changed(task)

    def delete(self, call: Call, caller: Caller) -> Response:
        """204; nothing is left."""
        self.changes().delete(caller, call.path["task_id"], _condition(call))
        call.log.info("deleted", taskId=call.path["task_id"])
        return Response(status=204)

    def _webhook(self, caller: Caller, request: NewTask) -> dict[str, Any]:
        """What the answer says of the task's own receiver; the user's secret, if this made it."""
        if request.webhook is None:
            return {}
        url = self.webhooks().receiver(request.webhook, "webhook")
        secret = self.webhooks().change(caller, EndpointChange())[1]
        return {"webhook": {"url": url, **({"secret": secret} if secret else {})}}


def _condition(call: Call) -> Condition:
    return lambda task: check_if_match(call, task)


def _changed(task: Task, status: int = 200) -> Response:
    return json_response(present_task(task), status, quoted(etag(task.id, task.revision)))
