"""The route table. Cloud Tasks and Cloud Scheduler call these routes as the invoker; no other caller may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.web.http import Application, Route, json_response

from .inputs import parse_delivery_attempt, parse_finished_attempt

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from shared.web.http import Call
    from shared.web.invoker import Invoker

    from .deliver import DeliverWebhook
    from .settle import SettleTask
    from .sweep import Sweep


@dataclass(frozen=True, slots=True)
class UseCases:
    """What the handlers call; a request builds only what it needs."""

    settle: Callable[[], SettleTask]
    deliver: Callable[[], DeliverWebhook]
    sweep: Callable[[], Sweep]


def application(invoker: Invoker, use: UseCases) -> Application:
    """All routes."""
    handlers = Handlers(use)
    routes = {
        "/api/tasks/<task_id>/processed": handlers.settle,
        "/api/tasks/<task_id>/deliver": handlers.deliver,
        "/api/sweep": handlers.sweep,
    }
    return Application([Route("POST", path, invoker.only(handler)) for path, handler in routes.items()])


@dataclass(frozen=True, slots=True)
class Handlers:
    """Each method handles one route."""

    use: UseCases

    def settle(self, call: Call) -> Response:
        """The state of the task, or `unchanged`."""
        task_id = call.path["task_id"]
        task = self.use.settle().run(task_id, parse_finished_attempt(call.body()))
        state = task.state if task else "unchanged"
        code = task.error.code if task and task.error else None
        call.log.info("settled" if task else "ignored", taskId=task_id, state=state, code=code)
        return json_response({"state": state})

    def deliver(self, call: Call) -> Response:
        """The outcome of the attempt."""
        task_id, attempt = call.path["task_id"], parse_delivery_attempt(call.body())
        result = self.use.deliver().run(task_id, attempt)
        answer = result.answer
        call.log.info(
            "webhook_attempted",
            taskId=task_id,
            webhookId=attempt.event,
            number=attempt.number,
            outcome=result.outcome,
            answered=answer.status if answer else None,
            sendMs=answer.duration_ms if answer else None,
        )
        return json_response({"outcome": result.outcome})

    def sweep(self, call: Call) -> Response:
        """The number of each outcome of the sweep."""
        return json_response({"counts": dict(self.use.sweep().run(call.log))})
