"""Wires notify: one route, behind IAM, called by Cloud Tasks."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import functions_framework

from shared.config import Environment, refuse_emulators_when_deployed
from shared.http import Application, Call, Route, json_response
from shared.log import Log, trace_fields

from .claims import Invoker
from .finish import Finish, parse_announcement

if TYPE_CHECKING:
    from flask import Request
    from werkzeug.wrappers import Response

refuse_emulators_when_deployed(os.environ)


@functions_framework.http
def notify(request: Request) -> Response:
    """Entry point."""
    project = Environment(os.environ).text("GOOGLE_CLOUD_PROJECT")
    log = Log({"function": "notify", **trace_fields(project, dict(request.headers))})
    return _application().respond(request, log)


@cache
def _application() -> Application:
    return Application([Route("POST", "/api/tasks/<task_id>/processed", _processed)])


def _processed(call: Call) -> Response:
    _invoker().check(call.request.headers.get("Authorization", ""))
    task = _finish().run(call.path["task_id"], parse_announcement(call.body()))
    state = task.state if task else "unchanged"
    call.log.info("settled" if task else "ignored", taskId=call.path["task_id"], state=state)
    return json_response({"state": state})


@cache
def _invoker() -> Invoker:
    env = Environment(os.environ)
    return Invoker(env.text("NOTIFY_INVOKER"), env.text("NOTIFY_URL").rstrip("/"))


@cache
def _finish() -> Finish:
    from google.cloud import firestore  # noqa: PLC0415  # costs start-up: only when somebody calls

    from shared.adapters.firestore import FirestoreTasks  # noqa: PLC0415  # as above

    env = Environment(os.environ)
    client = firestore.Client(
        project=env.text("GOOGLE_CLOUD_PROJECT"), database=env.text("FIRESTORE_DATABASE")
    )
    return Finish(FirestoreTasks(client), lambda: datetime.now(UTC))
