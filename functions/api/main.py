"""Wires api: routes at the first request, each Google client when something first needs it.

What nearly every request needs, firebase-admin above all, is imported at once: the server forks after that,
and in a thread of the fork the same import takes a quarter longer.
"""

from __future__ import annotations

import gc

gc.disable()  # until `end_start`

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import functions_framework
from flask import request as present_request

from shared.adapters.firestore.admission import FirestoreAdmission
from shared.adapters.firestore.rest_records import records
from shared.adapters.firestore.tasks import FirestoreTasks
from shared.adapters.identity.accounts import IdentityToolkit
from shared.adapters.identity.tokens import FirebaseTokens
from shared.adapters.storage.signing import BucketUrls, signing_credentials
from shared.runtime.config import Environment, refuse_emulators_when_deployed
from shared.runtime.log import Log, trace_fields
from shared.runtime.start_up import end_start

from .page.serving import GOOGLE_STORAGE, page_routes
from .routes import UseCases, application
from .service.changes import TaskChanges
from .service.creation import TaskCreation
from .service.links import Links
from .service.quotas import Limits, Quotas
from .service.tasks import UserTasks
from .service.transfers import Transfers

if TYPE_CHECKING:
    from flask import Request
    from google.cloud import storage
    from werkzeug.exceptions import NotFound
    from werkzeug.wrappers import Response

    from shared.adapters.firestore.records import Records
    from shared.ports.accounts import Accounts, TokenVerifier
    from shared.web.http import Application

    from .openapi.reference import Reference
    from .service.webhooks import UserWebhooks

refuse_emulators_when_deployed(os.environ)


@functions_framework.http
def api(request: Request) -> Response:
    """Entry point."""
    return _respond(request)


@functions_framework.errorhandler(404)  # type: ignore[untyped-decorator]  # a placeholder until it serves
def api_beside(error: NotFound) -> Response:  # noqa: ARG001  # a handler takes the error
    """Answers what the framework itself would refuse: `/favicon.ico`, a line break in a path."""
    return _respond(present_request)


def _respond(request: Request) -> Response:
    project = Environment(os.environ).text("GOOGLE_CLOUD_PROJECT")
    log = Log({"function": "api", **trace_fields(project, dict(request.headers))})
    response = _application().respond(request, log)
    end_start()
    return response


@cache
def _application() -> Application:
    env = _environment()
    pages = page_routes(_storage_endpoint())
    use = UseCases(
        accounts=_accounts,
        verifier=_verifier,
        tasks=_tasks,
        creation=_creation,
        changes=_changes,
        transfers=_transfers,
        quotas=_quotas,
        webhooks=_webhooks,
        reference=_reference,
    )
    return application(use, pages=pages, origins=env.words("CORS_ORIGINS"))


@cache
def _environment() -> Environment:
    return Environment(os.environ)


@cache
def _accounts() -> Accounts:
    key = _environment().text("FIREBASE_API_KEY")
    return IdentityToolkit(key, os.environ.get("FIREBASE_AUTH_EMULATOR_HOST", ""))


@cache
def _verifier() -> TokenVerifier:
    return FirebaseTokens(_environment().text("GOOGLE_CLOUD_PROJECT"))


@cache
def _records() -> Records:
    env = _environment()
    emulator = env.text("FIRESTORE_REST_EMULATOR_HOST") or os.environ.get("FIRESTORE_EMULATOR_HOST", "")
    return records(env.text("GOOGLE_CLOUD_PROJECT"), env.text("FIRESTORE_DATABASE"), emulator)


def _storage_endpoint() -> str:
    return os.environ.get("STORAGE_EMULATOR_HOST") or GOOGLE_STORAGE


@cache
def _bucket() -> storage.Client:
    from google.cloud import storage  # noqa: PLC0415  # costs start-up

    return storage.Client(project=_environment().text("GOOGLE_CLOUD_PROJECT"))


@cache
def _tasks() -> UserTasks:
    env = _environment()
    lifetime_s = env.number("URL_LIFETIME_S")
    return UserTasks(
        FirestoreTasks(_records()),
        BucketUrls(env.text("BUCKET"), signing_credentials(), lifetime_s, _storage_endpoint()),
        _now,
        env.number("UPLOAD_MAX_BYTES"),
        timedelta(days=env.number("TASK_LIFETIME_DAYS")),
    )


@cache
def _limits() -> Limits:
    env = _environment()
    return Limits(
        open_tasks=env.number("OPEN_TASKS_MAX"),
        per_minute=env.number("UPLOADS_PER_MINUTE"),
        upload_bytes=env.number("UPLOAD_MAX_BYTES"),
        duration_s=env.number("DURATION_MAX_S"),
    )


@cache
def _reference() -> Reference:
    from .openapi.reference import Reference  # noqa: PLC0415  # costs start-up

    return Reference(_limits())


@cache
def _quotas() -> Quotas:
    return Quotas(FirestoreAdmission(_records()), _limits(), _now)


@cache
def _creation() -> TaskCreation:
    return TaskCreation(_tasks(), _quotas())


@cache
def _transfers() -> Transfers:
    return Transfers(_tasks(), Links(_now, _environment().number("URL_LIFETIME_S")))


@cache
def _changes() -> TaskChanges:
    from shared.adapters.storage.bucket import Bucket  # noqa: PLC0415  # costs start-up

    return TaskChanges(_tasks(), Bucket(_bucket(), _environment().text("BUCKET")), _quotas())


@cache
def _webhooks() -> UserWebhooks:
    from shared.adapters.firestore.endpoints import FirestoreEndpoints  # noqa: PLC0415  # as above
    from shared.adapters.http.outbound import Outbound  # noqa: PLC0415  # as above
    from shared.adapters.tasks.cloud_tasks import WebhookQueue, tasks_client  # noqa: PLC0415  # costs start-up

    from .service.webhooks import UserWebhooks  # noqa: PLC0415  # as above

    env = _environment()
    queue = WebhookQueue(
        tasks_client(env.text("CLOUD_TASKS_EMULATOR_HOST")),
        env.text("WEBHOOKS_QUEUE"),
        env.text("NOTIFY_URL"),
        env.text("NOTIFY_INVOKER"),
    )
    local = env.flag("WEBHOOK_ALLOW_LOOPBACK")
    sender = Outbound(local, env.number("WEBHOOK_TIMEOUT_S"))
    return UserWebhooks(FirestoreEndpoints(_records()), _tasks().store, queue, sender, _now, local)


def _now() -> datetime:
    return datetime.now(UTC)
