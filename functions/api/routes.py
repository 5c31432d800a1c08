"""The route table of the api."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.http import Application, Route, json_response

from .accounts import AccountRoutes
from .authentication import authenticated
from .catalogue import formats
from .task_routes import TaskRoutes
from .webhook_routes import WebhookRoutes

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from shared.http import Call
    from shared.ports import Accounts, TokenVerifier

    from .tasks import UserTasks
    from .webhooks import UserWebhooks


def application(
    accounts: Callable[[], Accounts],
    verifier: Callable[[], TokenVerifier],
    tasks: Callable[[], UserTasks],
    webhooks: Callable[[], UserWebhooks],
) -> Application:
    """All routes; what they need is built when the first of them asks."""
    account, task, webhook = AccountRoutes(accounts), TaskRoutes(tasks, webhooks), WebhookRoutes(webhooks)
    download = authenticated(verifier, task.download)
    return Application(
        [
            Route("GET", "/api/health", _health),
            Route("GET", "/api/formats", formats),
            Route("POST", "/api/auth/signup", account.sign_up),
            Route("POST", "/api/auth/login", account.log_in),
            Route("POST", "/api/auth/refresh", account.refresh),
            Route("POST", "/api/tasks", authenticated(verifier, task.create, writes=True)),
            Route("GET", "/api/tasks", authenticated(verifier, task.list)),
            Route("GET", "/api/tasks/<task_id>", authenticated(verifier, task.get)),
            Route("GET", "/api/tasks/<task_id>/download", download),
            Route("GET", "/api/download/<task_id>", download),
            Route("GET", "/api/webhook", authenticated(verifier, webhook.get)),
            Route("PUT", "/api/webhook", authenticated(verifier, webhook.put, writes=True)),
            Route("POST", "/api/webhook/test", authenticated(verifier, webhook.test, writes=True)),
            Route(
                "POST",
                "/api/tasks/<task_id>/webhook/replay",
                authenticated(verifier, webhook.replay, writes=True),
            ),
        ]
    )


def _health(call: Call) -> Response:  # noqa: ARG001  # a handler takes the call
    return json_response({"status": "ok"})
