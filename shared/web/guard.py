"""Refuses other host names, and web pages, in front of everything that functions-framework serves."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import current_app, has_app_context, request

from shared.domain.errors import HostNotAllowed, OriginNotAllowed, SonubeError
from shared.web.hosts import is_allowed_host
from shared.web.http import problem, secure
from shared.web.json_body import discard_rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response


def guard_hosts(allowed: frozenset[str]) -> None:
    """Guard the application that functions-framework is loading, if it is: its tests load only the module."""

    def refuse() -> Response | None:
        host = request.environ.get("HTTP_HOST", "")
        if is_allowed_host(host, allowed):
            return None
        valid = sorted(allowed)
        error = HostNotAllowed(
            f"This server does not answer under the name {host[:100]!r}, but under {', '.join(valid)}. "
            "To allow it, add it to ALLOWED_HOSTS.",
            valid=valid,
        )
        return _refusal(error)

    _before_requests(refuse)


def refuse_pages() -> None:
    """Guard the application from web pages: a browser names the page that sends a POST, in `Origin`."""

    def refuse() -> Response | None:
        origin = request.headers.get("Origin")
        if origin is None:
            return None
        return _refusal(OriginNotAllowed(f"No web page calls this service, and so not {origin[:200]}."))

    _before_requests(refuse)


def _before_requests(refuse: Callable[[], Response | None]) -> None:
    if has_app_context():
        current_app.before_request(refuse)


def _refusal(error: SonubeError) -> Response:
    discard_rest(request)
    response = problem(error, secrets.token_urlsafe(12))
    secure(response, request)
    return response
