"""Wires notify: three routes, behind IAM, called by Cloud Tasks and Cloud Scheduler.

What every call needs is imported at once, the rest with the first call that needs it: docs/adr/0012.
"""

from __future__ import annotations

import gc

gc.disable()  # until `end_start`

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import functions_framework
from google.cloud import firestore

from shared.adapters.firestore.client_records import GoogleRecords
from shared.adapters.firestore.endpoints import FirestoreEndpoints
from shared.adapters.firestore.tasks import FirestoreTasks
from shared.runtime.config import Environment, refuse_emulators_when_deployed
from shared.runtime.log import Log, trace_fields
from shared.runtime.start_up import end_start
from shared.service.drops import DropImporter
from shared.web.http import Application, Call, Route, json_response

from .claims import Invoker
from .deliver import Deliver, parse_attempt
from .finish import Finish, parse_announcement
from .orphans import Orphans
from .sweep import GracePeriods, Sweep

if TYPE_CHECKING:
    from flask import Request
    from werkzeug.wrappers import Response

    from shared.adapters.firestore.records import Records
    from shared.webhooks.ports import DeliveryQueue

refuse_emulators_when_deployed(os.environ)


@functions_framework.http
def notify(request: Request) -> Response:
    """Entry point."""
    project = Environment(os.environ).text("GOOGLE_CLOUD_PROJECT")
    log = Log({"function": "notify", **trace_fields(project, dict(request.headers))})
    response = _application().respond(request, log)
    end_start()
    return response


@cache
def _application() -> Application:
    return Application(
        [
            Route("POST", "/api/tasks/<task_id>/processed", _processed),
            Route("POST", "/api/tasks/<task_id>/deliver", _deliver),
            Route("POST", "/api/sweep", _swept),
        ]
    )


def _processed(call: Call) -> Response:
    _invoker().check(call.request.headers.get("Authorization", ""))
    task = _finish().run(call.path["task_id"], parse_announcement(call.body()))
    state = task.state if task else "unchanged"
    code = task.error.code if task and task.error else None
    log = call.log.bind(taskId=call.path["task_id"])
    log.info("settled" if task else "ignored", state=state, code=code)
    return json_response({"state": state})


def _deliver(call: Call) -> Response:
    _invoker().check(call.request.headers.get("Authorization", ""))
    asked = parse_attempt(call.body())
    told = _delivery().run(call.path["task_id"], asked)
    log = call.log.bind(taskId=call.path["task_id"], webhookId=asked.event, number=asked.number)
    answer = told.answer
    log.info(
        "webhook",
        outcome=told.outcome,
        answered=answer.status if answer else None,
        sendMs=answer.duration_ms if answer else None,
    )
    return json_response({"outcome": told.outcome})


def _swept(call: Call) -> Response:
    _invoker().check(call.request.headers.get("Authorization", ""))
    return json_response({"did": dict(_sweep().run(call.log))})


@cache
def _environment() -> Environment:
    return Environment(os.environ)


@cache
def _invoker() -> Invoker:
    env = _environment()
    return Invoker(env.text("NOTIFY_INVOKER"), env.text("NOTIFY_URL").rstrip("/"))


@cache
def _records() -> Records:
    env = _environment()
    project, database = env.text("GOOGLE_CLOUD_PROJECT"), env.text("FIRESTORE_DATABASE")
    return GoogleRecords(firestore.Client(project=project, database=database))


@cache
def _queue() -> DeliveryQueue:
    from shared.adapters.tasks.cloud_tasks import WebhookQueue, tasks_client  # noqa: PLC0415  # costs start-up

    env = _environment()
    client = tasks_client(env.text("CLOUD_TASKS_EMULATOR_HOST"))
    return WebhookQueue(
        client, env.text("WEBHOOKS_QUEUE"), env.text("NOTIFY_URL"), env.text("NOTIFY_INVOKER")
    )


@cache
def _finish() -> Finish:
    return Finish(FirestoreTasks(_records()), FirestoreEndpoints(_records()), _queue, _now)


@cache
def _delivery() -> Deliver:
    from shared.adapters.http.outbound import Outbound  # noqa: PLC0415  # as above
    from shared.adapters.storage.signing import GOOGLE, BucketUrls, signing_credentials  # noqa: PLC0415  # start-up

    env, finish = _environment(), _finish()
    storage = os.environ.get("STORAGE_EMULATOR_HOST") or GOOGLE
    urls = BucketUrls(env.text("BUCKET"), signing_credentials(), env.number("URL_LIFETIME_S"), storage)
    sender = Outbound(env.flag("WEBHOOK_ALLOW_LOOPBACK"), env.number("WEBHOOK_TIMEOUT_S"))
    return Deliver(
        finish.store, finish.endpoints, _queue(), urls, sender, _now, env.seconds("WEBHOOK_RETRY_DELAYS_S")
    )


@cache
def _sweep() -> Sweep:
    from google.cloud.storage import Client  # noqa: PLC0415  # costs start-up

    from shared.adapters.firestore.search import FirestoreSearch  # noqa: PLC0415  # as above
    from shared.adapters.storage.drops import BucketDrops  # noqa: PLC0415  # as above
    from shared.adapters.storage.listing import BucketListing  # noqa: PLC0415  # as above

    env, finish = _environment(), _finish()
    client, bucket = Client(project=env.text("GOOGLE_CLOUD_PROJECT")), env.text("BUCKET")
    shelf, lifetime = BucketListing(client, bucket), timedelta(days=env.number("TASK_LIFETIME_DAYS"))
    drops = DropImporter(finish.store, BucketDrops(client, bucket), _now, lifetime)
    patience = GracePeriods(
        grace=timedelta(seconds=env.number("SWEEP_GRACE_S")),
        upload=timedelta(seconds=env.number("UPLOAD_TIMEOUT_S")),
        give_up=timedelta(seconds=env.number("EVENT_AGE_MAX_S")),
    )
    orphans = Orphans(finish.store, shelf, drops, bucket)
    return Sweep(finish.store, FirestoreSearch(_records()), shelf, orphans, finish, _now, patience)


def _now() -> datetime:
    return datetime.now(UTC)
