"""Wires api: routes at the first request, each Google client when something first needs it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import functions_framework

from shared.config import Environment, refuse_emulators_when_deployed
from shared.log import Log, trace_fields

from .page import GOOGLE_STORAGE, page_routes
from .routes import application

if TYPE_CHECKING:
    from flask import Request
    from werkzeug.wrappers import Response

    from shared.http import Application
    from shared.ports import Accounts, TokenVerifier

    from .changes import TaskChanges
    from .tasks import UserTasks
    from .webhooks import UserWebhooks

refuse_emulators_when_deployed(os.environ)


@functions_framework.http
def api(request: Request) -> Response:
    """Entry point."""
    project = Environment(os.environ).text("GOOGLE_CLOUD_PROJECT")
    log = Log({"function": "api", **trace_fields(project, dict(request.headers))})
    return _application().respond(request, log)


@cache
def _application() -> Application:
    env = Environment(os.environ)
    page = page_routes(os.environ.get("STORAGE_EMULATOR_HOST") or GOOGLE_STORAGE)
    origins = env.words("CORS_ORIGINS")
    return application(_accounts, _verifier, _tasks, _webhooks, _changes, page=page, origins=origins)


@cache
def _accounts() -> Accounts:
    from shared.adapters.identity import IdentityToolkit  # noqa: PLC0415  # costs start-up

    env = Environment(os.environ)
    return IdentityToolkit(env.text("FIREBASE_API_KEY"), os.environ.get("FIREBASE_AUTH_EMULATOR_HOST", ""))


@cache
def _verifier() -> TokenVerifier:
    from shared.adapters.identity import FirebaseTokens  # noqa: PLC0415  # costs start-up

    return FirebaseTokens(Environment(os.environ).text("GOOGLE_CLOUD_PROJECT"))


@cache
def _tasks() -> UserTasks:
    from google.cloud import firestore  # noqa: PLC0415  # costs start-up
    from google.cloud.storage import Client  # noqa: PLC0415  # as above

    from shared.adapters.firestore import FirestoreTasks  # noqa: PLC0415  # as above
    from shared.adapters.signing import BucketUrls, signing_credentials  # noqa: PLC0415  # as above

    from .tasks import UserTasks  # noqa: PLC0415  # as above

    env = Environment(os.environ)
    project = env.text("GOOGLE_CLOUD_PROJECT")
    bucket, lifetime_s = env.text("BUCKET"), env.number("URL_LIFETIME_S")
    return UserTasks(
        FirestoreTasks(firestore.Client(project=project, database=env.text("FIRESTORE_DATABASE"))),
        BucketUrls(Client(project=project), bucket, signing_credentials(), lifetime_s),
        lambda: datetime.now(UTC),
        env.number("UPLOAD_MAX_BYTES"),
        timedelta(days=env.number("TASK_LIFETIME_DAYS")),
    )


@cache
def _changes() -> TaskChanges:
    from google.cloud.storage import Client  # noqa: PLC0415  # costs start-up

    from shared.adapters.task_folder import BucketFolders  # noqa: PLC0415  # as above

    from .changes import TaskChanges  # noqa: PLC0415  # as above

    env = Environment(os.environ)
    folders = BucketFolders(Client(project=env.text("GOOGLE_CLOUD_PROJECT")), env.text("BUCKET"))
    return TaskChanges(_tasks(), folders)


@cache
def _webhooks() -> UserWebhooks:
    from google.cloud import firestore  # noqa: PLC0415  # costs start-up

    from shared.adapters.cloud_tasks import WebhookQueue, tasks_client  # noqa: PLC0415  # as above
    from shared.adapters.endpoints import FirestoreEndpoints  # noqa: PLC0415  # as above
    from shared.outbound import Outbound  # noqa: PLC0415  # as above

    from .webhooks import UserWebhooks  # noqa: PLC0415  # as above

    env = Environment(os.environ)
    client = firestore.Client(
        project=env.text("GOOGLE_CLOUD_PROJECT"), database=env.text("FIRESTORE_DATABASE")
    )
    queue = WebhookQueue(
        tasks_client(env.text("CLOUD_TASKS_EMULATOR_HOST")),
        env.text("WEBHOOKS_QUEUE"),
        env.text("NOTIFY_URL"),
        env.text("NOTIFY_INVOKER"),
    )
    local = env.flag("WEBHOOK_ALLOW_LOOPBACK")
    return UserWebhooks(
        FirestoreEndpoints(client),
        _tasks().store,
        queue,
        Outbound(local, env.number("WEBHOOK_TIMEOUT_S")),
        lambda: datetime.now(UTC),
        local,
    )
