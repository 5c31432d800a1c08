"""The handlers of `/api/tasks`: HTTP on the one side, use cases on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from shared.errors import InvalidField
from shared.http import json_response
from shared.ports import TaskQuery
from shared.states import State

from .conditions import check_if_match, etag, is_known
from .new_task import parse_new_task, parse_retarget
from .presenting import present_task, present_upload
from .webhook_routes import present_webhook
from .webhooks import EndpointChange

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.http import Call
    from shared.ports import Caller
    from shared.task import Task

    from .changes import Condition, TaskChanges
    from .new_task import NewTask
    from .tasks import UserTasks
    from .webhooks import UserWebhooks

MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class TaskRoutes:
    """Each method is one route's handler."""

    tasks: Callable[[], UserTasks]
    webhooks: Callable[[], UserWebhooks]
    changes: Callable[[], TaskChanges]

    def create(self, call: Call, caller: Caller) -> Response:
        """201, the task, and where its bytes go."""
        request = parse_new_task(call.body())
        webhook = self._webhook(caller, request)
        task, single, resumable = self.tasks().create(caller, request)
        call.log.info("created", taskId=task.id, formats=[output.format for output in task.outputs])
        upload = {**present_upload(single), "resumable": present_upload(resumable)}
        return json_response(
            {**present_task(task), **webhook, "upload": upload},
            201,
            {"Location": f"/api/tasks/{task.id}", "ETag": f'"{etag(task)}"'},
        )

    def get(self, call: Call, caller: Caller) -> Response:
        """The task, with links once it is processed; 304 if the client has it already."""
        task = self.tasks().get(caller, call.path["task_id"])
        tag = etag(task)
        if is_known(call, tag):
            return Response(status=304, headers={"ETag": f'"{tag}"'})
        return json_response(self._with_links(task), headers={"ETag": f'"{tag}"'})

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

    def upload(self, call: Call, caller: Caller) -> Response:
        """The task with fresh places for its bytes."""
        task, single, resumable = self.tasks().upload(caller, call.path["task_id"])
        upload = {**present_upload(single), "resumable": present_upload(resumable)}
        return json_response({**present_task(task), "upload": upload})

    def list(self, call: Call, caller: Caller) -> Response:
        """A page of the caller's own tasks."""
        page = self.tasks().page(_query(call, caller))
        return json_response(
            {"tasks": [present_task(task) for task in page.tasks], "nextPageToken": page.next_token}
        )

    def download(self, call: Call, caller: Caller) -> Response:
        """302 to a signed URL that is saved under the right name."""
        which = _choice(call, "file", "converted", ("converted", "original"))
        number = _whole(call, "output", 0, 0, 99)
        request = self.tasks().download(caller, call.path["task_id"], which, number)
        return Response(status=302, headers={"Location": request.url, "Cache-Control": "no-store"})

    def _webhook(self, caller: Caller, request: NewTask) -> dict[str, Any]:
        """What the answer says of the task's own receiver; the user's secret, if this made it."""
        if request.webhook is None:
            return {}
        url = self.webhooks().receiver(request.webhook, "webhook")
        secret = self.webhooks().change(caller, EndpointChange())[1]
        return {"webhook": {"url": url, **({"secret": secret} if secret else {})}}

    def _with_links(self, task: Task) -> dict[str, Any]:
        shown = present_task(task) | {"webhook": present_webhook(task.webhook)}
        if task.state is State.PROCESSED:
            for entry, output in zip(shown["outputs"], task.outputs, strict=True):
                entry["download"] = present_upload(self.tasks().output_url(output))
        return shown


def _condition(call: Call) -> Condition:
    return lambda task: check_if_match(call, task)


def _changed(task: Task, status: int = 200) -> Response:
    return json_response(present_task(task), status, {"ETag": f'"{etag(task)}"'})


def _query(call: Call, caller: Caller) -> TaskQuery:
    state = _choice(call, "state", "", ("", *State))
    # `max` is the original system's name for the size of a page.
    size = _whole(call, "pageSize" if "pageSize" in call.request.args else "max", 20, 1, MAX_PAGE)
    return TaskQuery(
        owner=caller.uid,
        newest_first=_whole(call, "order", 1, 0, 1) == 1,
        size=size,
        state=State(state) if state else None,
        token=call.request.args.get("pageToken") or None,
    )


def _choice(call: Call, name: str, default: str, valid: tuple[str, ...]) -> str:
    value = call.request.args.get(name, default)
    if value not in valid:
        raise InvalidField(f"{name} does not take {value[:40]!r}.", field=name, valid=[v for v in valid if v])
    return value


def _whole(call: Call, name: str, default: int, low: int, high: int) -> int:
    value = call.request.args.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not low <= int(value[:9]) <= high:
        raise InvalidField(f"{name} must be a whole number from {low} to {high}.", field=name)
    return int(value)
