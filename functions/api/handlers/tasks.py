"""Handlers of `/api/tasks`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from shared.domain.presentation.task import present_task
from shared.domain.states import State
from shared.web.http import json_response

from ..inputs.conditions import check_if_match, etag, idempotency_key, is_not_modified, quoted
from ..inputs.new_task import parse_new_task, parse_output_change
from ..inputs.queries import asks_for_upload, parse_task_query
from ..service.creation import IdempotencyKey
from .presentation import (
    add_links,
    present_created,
    present_upload,
    present_webhook,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Task
    from shared.ports.accounts import Caller
    from shared.web.http import Call

    from ..inputs.new_task import NewTask
    from ..service.changes import Condition, TaskChanges
    from ..service.creation import TaskCreation
    from ..service.links import Links
    from ..service.tasks import UserTasks
    from ..service.transfers import Transfers
    from ..service.webhooks import UserWebhooks


@dataclass(frozen=True, slots=True)
class TaskHandlers:
    """Each method handles one route."""

    user_tasks: Callable[[], UserTasks]
    creation: Callable[[], TaskCreation]
    changes: Callable[[], TaskChanges]
    transfers: Callable[[], Transfers]
    links: Callable[[], Links]
    webhooks: Callable[[], UserWebhooks]

    def create(self, call: Call, caller: Caller) -> Response:
        """201 with the task and its upload; with an Idempotency-Key the same response each time."""
        body, key = call.body(), idempotency_key(call)
        request = parse_new_task(body)
        webhook = self._webhook(caller, request)
        task = self.creation().prepare(caller, request)
        shown = present_created(task, self._upload(call, task), webhook)
        text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
        known = IdempotencyKey.of(key, body) if key else None
        created = self.creation().create(task, text, known, request.size_bytes)
        call.log.info("created", taskId=created.task_id, replayed=created.replayed)
        headers = {
            "Location": f"/api/tasks/{created.task_id}",
            "Cache-Control": "no-store",
            **quoted(etag(created.task_id, created.revision)),
            **({"Idempotent-Replayed": "true"} if created.replayed else {}),
        }
        return Response(created.body, 201, headers, mimetype="application/json")

    def get(self, call: Call, caller: Caller) -> Response:
        """The task, with download links once it is processed; 304 if the client has it already."""
        task = self.user_tasks().get(caller, call.path["task_id"])
        is_checked = asks_for_upload(call.request.args)
        uploaded_bytes = self.transfers().uploaded_bytes(task) if is_checked else None
        tag = etag(task.id, task.revision)
        if uploaded_bytes is not None:
            tag += f".{uploaded_bytes:x}"
        if task.state is State.PROCESSED:
            # The links are part of the response and change over time.
            tag += f".{self.links().window()}"
        if is_not_modified(call, tag):
            return Response(status=304, headers={**quoted(tag), "Cache-Control": "no-store"})
        shown = present_task(task) | {"webhook": present_webhook(task.webhook)}
        if uploaded_bytes is not None:
            shown["source"]["sizeBytes"] = uploaded_bytes
        if task.state is State.PROCESSED:
            add_links(shown, self.links().downloads(task), call.base_url)
        return json_response(shown, headers=quoted(tag))

    def list(self, call: Call, caller: Caller) -> Response:
        """A page of the caller's tasks, without tags and tracks."""
        texts, next_token = self.user_tasks().list(parse_task_query(call.request.args, caller))
        body = f'{{"tasks":[{",".join(texts)}],"nextPageToken":{json.dumps(next_token)}}}'
        return Response(body, headers={"Cache-Control": "no-store"}, mimetype="application/json")

    def change_outputs(self, call: Call, caller: Caller) -> Response:
        """202 if a conversion starts, 200 if the task still waits for its upload."""
        requested, max_cost_usd = parse_output_change(call.body())
        task = self.changes().change_outputs(
            caller, call.path["task_id"], requested, _condition(call), max_cost_usd
        )
        call.log.info("outputs_changed", taskId=task.id, formats=[output.format for output in task.outputs])
        return _changed(task, 200 if task.state is State.WAITING else 202)

    def cancel(self, call: Call, caller: Caller) -> Response:
        """The cancelled task."""
        task = self.changes().cancel(caller, call.path["task_id"], _condition(call))
        call.log.info("cancelled", taskId=task.id)
        return _changed(task)

    def delete(self, call: Call, caller: Caller) -> Response:
        """204; the task and its files are deleted."""
        self.changes().delete(caller, call.path["task_id"], _condition(call))
        call.log.info("deleted", taskId=call.path["task_id"])
        return Response(status=204)

    def _upload(self, call: Call, task: Task) -> dict[str, Any]:
        request = self.transfers().upload_request(task)
        return present_upload(request, self.links().upload_session(task), call.base_url)

    def _webhook(self, caller: Caller, request: NewTask) -> dict[str, Any] | None:
        """The task's own receiver, and the caller's secret if this request makes it."""
        if request.webhook is None:
            return None
        secret = self.webhooks().prepare_receiver(caller, request.webhook)
        return {"url": request.webhook, **({"secret": secret} if secret else {})}


def _condition(call: Call) -> Condition:
    return lambda task: check_if_match(call, task)


def _changed(task: Task, status: int = 200) -> Response:
    return json_response(present_task(task), status, quoted(etag(task.id, task.revision)))
