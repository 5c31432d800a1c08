"""The HTTP function api: entry points, and the application, built at the first request."""

from __future__ import annotations

import gc

gc.disable()  # until `end_start`

import os
from functools import cache
from typing import TYPE_CHECKING

import functions_framework
from flask import request as current_request

from shared.runtime.config import Environment, refuse_emulators_when_deployed
from shared.runtime.log import Log, trace_fields
from shared.runtime.start_up import end_start
from shared.web.guard import guard_hosts
from shared.web.worker import use_collecting_worker

from .wiring import build_application

if TYPE_CHECKING:
    from flask import Request
    from werkzeug.exceptions import NotFound
    from werkzeug.wrappers import Response

    from shared.web.http import Application

refuse_emulators_when_deployed(os.environ)
guard_hosts(Environment(os.environ).words("ALLOWED_HOSTS"))
use_collecting_worker()


@functions_framework.http
def api(request: Request) -> Response:
    """Entry point."""
    return _respond(request)


@functions_framework.errorhandler(404)  # type: ignore[untyped-decorator]  # a placeholder until it serves
def api_not_found(error: NotFound) -> Response:  # noqa: ARG001  # a handler takes the error
    """Answer what the framework itself refuses: `/favicon.ico`, a line break in a path."""
    return _respond(current_request)


def _respond(request: Request) -> Response:
    project = Environment(os.environ).text("GOOGLE_CLOUD_PROJECT")
    log = Log({"function": "api", **trace_fields(project, dict(request.headers))})
    response = _application().respond(request, log)
    end_start()
    return response


@cache
def _application() -> Application:
    return build_application(Environment(os.environ))
