"""The HTTP function notify: the entry point, and the application, built at the first request."""

from __future__ import annotations

import gc

gc.disable()  # until `end_start`

import os
from functools import cache
from typing import TYPE_CHECKING

import functions_framework

from shared.runtime.config import Environment, refuse_emulators_when_deployed
from shared.runtime.log import Log, trace_fields
from shared.runtime.start_up import end_start
from shared.web.guard import guard_hosts
from shared.web.worker import use_collecting_worker

from .wiring import build_application

if TYPE_CHECKING:
    from flask import Request
    from werkzeug.wrappers import Response

    from shared.web.http import Application

refuse_emulators_when_deployed(os.environ)
guard_hosts(Environment(os.environ).words("ALLOWED_HOSTS"))
use_collecting_worker()


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
    return build_application(Environment(os.environ))
