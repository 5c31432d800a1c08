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
    from collections.abc import Callable, Sequence

    from werkzeug.wrappers import Response

    from shared.http import Call
    from shared.ports import Accounts, TokenVerifier

    from .changes import TaskChanges
    from .tasks import UserTasks
    from .webhooks import UserWebhooks


def application(
    accounts: Callable[[], Accounts],
    verifier: Callable[[], TokenVerifier],
    tasks: Callable[[], UserTasks],
    webhooks: Callable[[], UserWebhooks],
    changes: Callable[[], TaskChanges],
    *,
    page: Sequence[Route] = (),
    origins: frozenset[str] = frozenset({"*"}),
) -> Application:
    """All routes; what they need is built when the first of them asks.

    Args:
        accounts: sign-up and sign-in.
        verifier: of ID tokens.
        tasks: a user's tasks.
        webhooks: a user's webhooks.
        changes: of tasks that exist.
        page: routes of the web page.
        origins: see `shared.cors`.
    """
    account, webhook = AccountRoutes(accounts), WebhookRoutes(webhooks)
    task = TaskRoutes(tasks, webhooks, changes)
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
            Route("PUT", "/api/tasks/<task_id>", authenticated(verifier, task.put, writes=True)),
            Route("DELETE", "/api/tasks/<task_id>", authenticated(verifier, task.delete, writes=True)),
            Route("POST", "/api/tasks/<task_id>/upload", authenticated(verifier, task.upload, writes=True)),
            Route("POST", "/api/tasks/<task_id>/cancel", authenticated(verifier, task.cancel, writes=True)),
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
            *page,
        ],
        origins,
    )


def _health(call: Call) -> Response:  # noqa: ARG001  # a handler takes the call
    return json_response({"status": "ok"})
