"""The OpenAPI 3.1 document, put together from the tables of operations, schemas and errors."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from shared.domain.errors import request_errors

from .operations import OPERATIONS, Answer, Operation
from .request_schemas import asked_schemas
from .response_schemas import answered_schemas

if TYPE_CHECKING:
    from ..service.quotas import Limits

Schema = dict[str, Any]

VERSION = "1.0.0"
DESCRIPTION = """\
Ask for a conversion, get a signed URL, upload, download the result. Bytes go straight to and from the
bucket.

JSON is lowerCamelCase; times are UTC; units stand in names. Errors are RFC 9457 problem documents whose
`code` never changes. Every answer has an `X-Request-Id`. Names in a request that are not known are refused.
"""
HEADERS: dict[str, Schema] = {
    "ETag": {"schema": {"type": "string"}, "description": "Changes whenever the task does."},
    "Location": {"schema": {"type": "string"}, "description": "Where it is."},
    "Replayed": {
        "schema": {"type": "string"},
        "description": "`true`: this Idempotency-Key was answered before.",
    },
    "X-Request-Id": {"schema": {"type": "string"}, "description": "Also in our logs."},
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."},
    "WWW-Authenticate": {"schema": {"type": "string"}, "description": "RFC 6750."},
}
HEADER_NAMES = {"Replayed": "Idempotent-Replayed"}
WITH_BODY = (400, 413, 415, 422)
WITH_TOKEN = (401, 403)


def document(limits: Limits) -> dict[str, Any]:
    """The whole description of a service with these limits."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sonube",
            "version": VERSION,
            "summary": "Audio conversion",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(operation.tag for operation in OPERATIONS)],
        "paths": paths,
        "components": {
            "responses": {f"Problem{status}": _problem(status) for status in _all_statuses()},
            "schemas": dict(sorted((asked_schemas(limits) | answered_schemas()).items())),
            "securitySchemes": {"idToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def problem_statuses(operation: Operation) -> list[int]:
    """Every status with which this operation can refuse or fail."""
    token = () if operation.is_open else WITH_TOKEN
    body = WITH_BODY if operation.body else ()
    return sorted({*operation.problems, *token, *body, 500})


def _all_statuses() -> list[int]:
    return sorted({status for operation in OPERATIONS for status in problem_statuses(operation)})


def _operation(operation: Operation) -> Schema:
    refusals = problem_statuses(operation)
    shown: Schema = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        "security": [] if operation.is_open else [{"idToken": []}],
        "responses": {str(answer.status): _answer(answer, operation) for answer in operation.answers}
        | {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in refusals},
    }
    if operation.parameters:
        shown["parameters"] = list(operation.parameters)
    if operation.body:
        content = {"schema": _ref(operation.body), "example": operation.example}
        shown["requestBody"] = {"required": True, "content": {"application/json": content}}
    return shown


def _answer(answer: Answer, operation: Operation) -> Schema:
    names = (*answer.headers, "X-Request-Id")
    shown: Schema = {
        "description": answer.meaning,
        "headers": {HEADER_NAMES.get(name, name): HEADERS[name] for name in names},
    }
    if answer.schema:
        content = {"schema": _ref(answer.schema)} | ({"example": answer.example} if answer.example else {})
        shown["content"] = {"application/json": content}
    elif "content" in operation.extra:
        shown["content"] = {operation.extra["content"]: {"schema": {"type": "object"}}}
    return shown


def _problem(status: int) -> Schema:
    errors = [error for error in request_errors().values() if error.status == status]
    names = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}.get(status, ())
    examples = {
        error.code: {
            "summary": error.title,
            "value": {
                "type": f"/docs/errors#{error.code}",
                "title": error.title,
                "status": status,
                "detail": f"{error.title}.",
                "code": error.code,
                "requestId": "Zm9vYmFyYmF6cXV4",
            },
        }
        for error in errors
    }
    return {
        "description": HTTPStatus(status).phrase,
        "headers": {name: HEADERS[name] for name in (*names, "X-Request-Id")},
        "content": {"application/problem+json": {"schema": _ref("Problem"), "examples": examples}},
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
