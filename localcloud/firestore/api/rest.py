"""The JSON interface: the methods that need no stream from the client, as `POST …/documents:{method}`.

Requests and answers are the gRPC messages in protobuf's JSON form; where gRPC streams, an array is answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web
from google.protobuf.json_format import (  # type: ignore[import-untyped]  # no stubs are published
    Parse,
    ParseError,
)

from localcloud.firestore.api.document_json import answer_json
from localcloud.firestore.model.errors import StatusError, invalid, not_implemented

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from localcloud.firestore.model.messages import Message

DATABASE = "projects/[^/]+/databases/[^/]+"
# What a gRPC message may hold, and base64 on top of it.
MAX_BODY_BYTES = 16 * 1024 * 1024
# By gRPC's code, as google/rpc/code.proto has it.
HTTP_STATUS = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "UNIMPLEMENTED": 501,
}


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the service.

    Attributes:
        request: proto-plus type of the request.
        answer: raises StatusError for any code but OK; a list where gRPC streams.
        root: the field of the request that the address gives, and what follows the database in it.
    """

    request: Any
    answer: Callable[[Message], Awaitable[Any]]
    root: tuple[str, str] = ("database", "")


def rest_app(methods: Mapping[str, Method]) -> web.Application:
    """An application that answers them, by the names that the addresses have."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response(await _answered(request, methods))
        except StatusError as refused:
            return _error_response(refused)

    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_post(f"/v1/{{database:{DATABASE}}}/documents:{{method}}", answer)
    return app


async def _answered(request: web.Request, methods: Mapping[str, Method]) -> object:
    name = request.match_info["method"]
    method = methods.get(name)
    if method is None:
        raise not_implemented(f"documents:{name} as JSON")
    message = _message(method, await request.text())
    field, below = method.root
    setattr(message, field, request.match_info["database"] + below)
    found = await method.answer(message)
    return [answer_json(one) for one in found] if isinstance(found, list) else answer_json(found)


def _message(method: Method, body: str) -> Message:
    try:
        parsed: Message = Parse(body, method.request.pb()())
    except ParseError as error:
        raise invalid(f"Invalid JSON payload received. {error}") from error
    return parsed


def _error_response(refused: StatusError) -> web.Response:
    status = HTTP_STATUS.get(refused.code.name, 500)
    error = {"code": status, "message": refused.message, "status": refused.code.name}
    return web.json_response({"error": error}, status=status)
