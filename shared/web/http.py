"""HTTP for api and notify: routes, JSON bodies, problem+json errors, request ids."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from shared.domain.errors import (
    InvalidField,
    MethodNotAllowed,
    OriginNotAllowed,
    RequestError,
    SonubeError,
    Unauthenticated,
)
from shared.domain.fields import MAX_NAME_CHARACTERS
from shared.web.compression import compress
from shared.web.cors import cors_headers, preflight_headers
from shared.web.json_body import discard_rest, json_object
from shared.web.routing import RouteTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from werkzeug.wrappers import Request

    from shared.runtime.log import Log

# A response that is not a page may load nothing and must not be framed.
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
# A year; a browser that has called the service once never tries http again.
HSTS = "max-age=31536000"
REALM = 'Bearer realm="sonube"'
_LAST_LINE = "sonube.last_line"


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a handler.

    Attributes:
        path: the variable parts of the path, by name.
        log: has the request's id and trace.
    """

    request: Request
    path: Mapping[str, str]
    log: Log

    @property
    def base_url(self) -> str:
        """Scheme and host of the client's request, without a trailing slash."""
        return base_url(self.request)

    def body(self) -> dict[str, Any]:
        """The JSON object in the body; raises as `json_object`."""
        return json_object(self.request)


def note_in_last_line(request: Request, **fields: Any) -> None:  # noqa: ANN401  # any JSON
    """Add fields to the log line that ends a request."""
    request.environ[_LAST_LINE] = {**request.environ.get(_LAST_LINE, {}), **fields}


def base_url(request: Request) -> str:
    """Scheme and host of the client's request: the origin of our own pages.

    TLS ends in front of the function, so the scheme is in a header of the platform.
    """
    forwarded = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip()
    scheme = forwarded if forwarded in {"http", "https"} else request.scheme
    return f"{scheme}://{request.host}"


@dataclass(frozen=True, slots=True)
class Route:
    """The handler of one method on one path, in the syntax of `RouteTable`.

    Attributes:
        query: names of its query parameters, of which none is required; None: any, as of a page that others
            link to.
    """

    method: str
    path: str
    handler: Callable[[Call], Response]
    query: Sequence[str] | None = ()

    def check_query(self, request: Request) -> None:
        """Refuse a parameter that the route does not have, such as a misspelt one."""
        unknown = () if self.query is None else sorted(set(request.args) - set(self.query))
        if unknown:
            name = unknown[0][:MAX_NAME_CHARACTERS]
            valid = tuple(sorted(self.query or ()))
            raise InvalidField(f"{name!r} is not a query parameter of this request.", field=name, valid=valid)


class Application:
    """Finds the route, calls its handler, and turns errors into problem documents.

    Args:
        routes: of the application.
        origins: of web pages that may call; `*` allows all.
    """

    def __init__(self, routes: Sequence[Route], origins: frozenset[str] = frozenset()) -> None:
        self._origins = origins
        self._routes = tuple(routes)
        self._table: RouteTable[Route] = RouteTable()
        for route in routes:
            self._table.add(route.method, route.path, route)

    def routes(self) -> dict[tuple[str, str], Route]:
        """Each route by method and path."""
        return {(route.method, route.path): route for route in self._routes}

    def respond(self, request: Request, log: Log) -> Response:
        """Respond to one request; never raises."""
        begin, request_id = time.monotonic(), secrets.token_urlsafe(12)
        log = log.bind(requestId=request_id, method=request.method, path=request.path)
        try:
            response = self._answer(request, log)
        except SonubeError as error:
            log_error(log, error)
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            response = problem(error, request_id, signed=scheme.lower() == "bearer" and bool(token))
        except Exception as error:  # noqa: BLE001  # a client never gets a stack trace
            log.failure("unhandled", error)
            response = problem(SonubeError(), request_id)
        response.headers["X-Request-Id"] = request_id
        response.headers.extend(cors_headers(self._origins, request.headers.get("Origin")))
        compress(response, request)
        secure(response, request)
        discard_rest(request)
        duration_ms = round((time.monotonic() - begin) * 1000, 1)
        noted = request.environ.get(_LAST_LINE, {})
        log.info("responded", status=response.status_code, durationMs=duration_ms, **noted)
        return response

    def _answer(self, request: Request, log: Log) -> Response:
        self._check_origin(request)
        methods, variables = self._table.find(request.path)
        route = methods.get(request.method)
        if route:
            route.check_query(request)
            return route.handler(Call(request, variables, log))
        valid = sorted({*methods, "OPTIONS"})
        if request.method == "OPTIONS":
            return Response(status=204, headers=preflight_headers(valid))
        raise MethodNotAllowed(f"{request.path[:200]} does not support {request.method[:40]}.", valid=valid)

    def _check_origin(self, request: Request) -> None:
        """Refuse a page of another origin, also where a browser sends its request without asking first."""
        origin = request.headers.get("Origin")
        if origin is None or not self._origins.isdisjoint((origin, "*")) or origin == base_url(request):
            return
        raise OriginNotAllowed(
            f"Web pages of {origin[:200]} may not call this service. To allow it, add it to CORS_ORIGINS."
        )


def secure(response: Response, request: Request) -> None:
    """Add the headers that every response has, also one to a host name that is not allowed."""
    for name, value in SAFE_HEADERS.items():
        response.headers.setdefault(name, value)
    if base_url(request).startswith("https:"):
        response.headers["Strict-Transport-Security"] = HSTS


def log_error(log: Log, error: SonubeError) -> None:
    """Log a request error as information, any other with its causes."""
    if isinstance(error, RequestError):
        log.info("refused", code=error.code, reason=error.message)
    else:
        log.failure("failed", error, code=error.code)


def json_response(
    value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON response, not cacheable unless the headers override it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(
        text, status, {"Cache-Control": "no-store", **(headers or {})}, mimetype="application/json"
    )


def problem(error: SonubeError, request_id: str, *, signed: bool = False) -> Response:
    """A problem document (RFC 9457) with our `code`, the invalid field and the valid values.

    Args:
        error: the error.
        request_id: finds the request in the log.
        signed: whether the request had a token.
    """
    body: dict[str, Any] = {
        "type": f"/docs/errors#{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.message,
        "code": error.code,
        "requestId": request_id,
    }
    if error.field:
        body["field"] = error.field
    if error.valid:
        body["valid"] = list(error.valid)
    response = json_response(body, error.status)
    response.mimetype = "application/problem+json"
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(error.retry_after_s)
    if error.status == HTTPStatus.UNAUTHORIZED:
        # RFC 6750, 3: a request without a bearer token gets no error code.
        bad = signed and isinstance(error, Unauthenticated)
        response.headers["WWW-Authenticate"] = f'{REALM}, error="invalid_token"' if bad else REALM
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(str(method) for method in error.valid)
    return response
