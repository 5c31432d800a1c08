"""The little that our HTTP functions share: a route table, JSON bodies, problem+json errors, request ids."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.exceptions import MethodNotAllowed as WrongMethod
from werkzeug.exceptions import NotFound as NoRoute
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Response

from shared.errors import (
    BodyTooLarge,
    InvalidField,
    MalformedBody,
    MethodNotAllowed,
    RequestError,
    RouteNotFound,
    SonubeError,
    Unauthenticated,
    UnsupportedMediaType,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from werkzeug.wrappers import Request

    from shared.log import Log

# More than any request of ours needs; uploads never come this way.
MAX_BODY_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way through a handler.

    Attributes:
        path: the variable parts of the path, by name.
        log: carries the request's id and trace.
    """

    request: Request
    path: Mapping[str, str]
    log: Log

    def body(self) -> dict[str, Any]:
        """The JSON object in the body.

        Raises:
            UnsupportedMediaType: it is not declared as JSON.
            BodyTooLarge: it is larger than `MAX_BODY_BYTES`.
            MalformedBody: it is not a JSON object.
        """
        if self.request.mimetype != "application/json":
            raise UnsupportedMediaType("Send Content-Type: application/json.")
        return _parsed(_bounded(self.request))


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path (werkzeug's notation) and who answers."""

    method: str
    path: str
    handler: Callable[[Call], Response]


class Application:
    """Finds the route, calls its handler, and turns whatever it raises into a problem document."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._map = Map(strict_slashes=False, redirect_defaults=False, merge_slashes=False)
        for route in routes:
            self._map.add(Rule(route.path, methods=[route.method], endpoint=route.handler))

    def respond(self, request: Request, log: Log) -> Response:
        """Answer one request; never raises."""
        request_id = secrets.token_urlsafe(12)
        log = log.bind(requestId=request_id, method=request.method, path=request.path)
        try:
            handler, path = self._match(request)
            response = handler(Call(request, path, log))
        except SonubeError as error:
            log_error(log, error)
            response = problem(error, request_id)
        except Exception as error:  # noqa: BLE001  # the last line of defence: never a stack trace to a client
            log.failure("unhandled", error)
            response = problem(SonubeError(), request_id)
        response.headers["X-Request-Id"] = request_id
        response.headers["X-Content-Type-Options"] = "nosniff"
        log.info("answered", status=response.status_code)
        return response

    def _match(self, request: Request) -> tuple[Callable[[Call], Response], Mapping[str, str]]:
        adapter = self._map.bind_to_environ(request.environ)
        try:
            return adapter.match()
        except WrongMethod as error:
            valid = sorted(set(error.valid_methods or ()) - {"OPTIONS"})
            raise MethodNotAllowed(f"{request.path} does not take {request.method}.", valid=valid) from error
        except (NoRoute, RequestRedirect) as error:
            raise RouteNotFound(f"There is nothing at {request.path[:200]}.") from error


def log_error(log: Log, error: SonubeError) -> None:
    """A caller's mistake is information; ours is a failure with its causes."""
    if isinstance(error, RequestError):
        log.info("refused", code=error.code, reason=error.message)
    else:
        log.failure("failed", error, code=error.code)


def json_response(
    value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON answer; nobody may cache it unless the headers say so."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(
        text, status, {"Cache-Control": "no-store", **(headers or {})}, mimetype="application/json"
    )


def problem(error: SonubeError, request_id: str) -> Response:
    """The error as RFC 9457 has it, with our `code`, the field at fault and the valid values."""
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
    if isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = 'Bearer realm="sonube", error="invalid_token"'
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(str(method) for method in error.valid)
    return response


def text_field(body: Mapping[str, Any], name: str) -> str:
    """A field that holds text.

    Raises:
        InvalidField: it is missing, blank, or something else than text.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InvalidField(f"{name} must be given, as text.", field=name)
    return value


def _bounded(request: Request) -> bytes:
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"The body has more than {MAX_BODY_BYTES} bytes.")
    request.max_content_length = MAX_BODY_BYTES
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise BodyTooLarge(f"The body has more than {MAX_BODY_BYTES} bytes.") from error
    except HTTPException as error:
        raise MalformedBody("The body could not be read.") from error


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise MalformedBody(f"The body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise MalformedBody("The body must be a JSON object.")
    return value
