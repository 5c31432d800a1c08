"""The convert function: one CloudEvent in, one upload converted; and the same for calls from queues.

It is deployed twice: `convert` takes events, `convert_queued` what convert has left to a queue.

All clients are imported here, through `wiring`, before the server forks: docs/adr/0012.
"""

from __future__ import annotations

import gc

gc.disable()  # until `end_start`

import os
from functools import cache
from typing import TYPE_CHECKING

import functions_framework
from flask import request

from shared.runtime.config import Environment, refuse_emulators_when_deployed
from shared.runtime.log import Log, trace_fields
from shared.runtime.start_up import end_start
from shared.web.guard import guard_hosts, refuse_pages
from shared.web.worker import use_collecting_worker

from .event import parse_event
from .process.undumpable import make_undumpable
from .wiring import build_application, build_dispatcher

if TYPE_CHECKING:
    from cloudevents.http.event import CloudEvent
    from flask import Request
    from werkzeug.wrappers import Response

    from shared.web.http import Application

    from .event import EventDispatcher

refuse_emulators_when_deployed(os.environ)
# Here, so that it covers the server's main process as well: it has the same environment.
make_undumpable()
guard_hosts(Environment(os.environ).words("ALLOWED_HOSTS"))
# functions-framework takes an event in a body of any Content-Type, which a page may send without asking.
refuse_pages()
use_collecting_worker()


@functions_framework.cloud_event
def convert(event: CloudEvent) -> None:
    """Handle an event; an exception makes the platform deliver it again."""
    upload = parse_event(event["type"], event.data)
    # Eventarc sends the trace in a header, not in the event.
    trace = trace_fields(Environment(os.environ).text("GOOGLE_CLOUD_PROJECT"), dict(request.headers))
    log = Log({"function": "convert", "event": event["id"], **trace})
    dispatcher = _dispatcher()
    end_start()
    dispatcher.dispatch(upload, log.bind(object=upload.object, generation=upload.generation))


@functions_framework.http
def convert_queued(request: Request) -> Response:
    """Handle a call from a queue; any error makes Cloud Tasks call again."""
    trace = trace_fields(Environment(os.environ).text("GOOGLE_CLOUD_PROJECT"), dict(request.headers))
    queued = _application()
    end_start()
    return queued.respond(request, Log({"function": "convert", **trace}))


@cache
def _application() -> Application:
    return build_application(Environment(os.environ))


@cache
def _dispatcher() -> EventDispatcher:
    return build_dispatcher(Environment(os.environ))
