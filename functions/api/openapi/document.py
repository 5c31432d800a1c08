"""The OpenAPI 3.1 document, made from the tables of operations, schemas and errors."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from shared.domain.errors import request_errors

from .operations import OPERATIONS
from .request_schemas import request_schemas, value_schema
from .response_schemas import response_schemas
from .samples import samples
from .shapes import Schema, ref

if TYPE_CHECKING:
    from shared.domain.fields import Field

    from ..service.quotas import Limits
    from .operation import Operation, Success

VERSION = "1.0.0"
DESCRIPTION = """\
Create a task, upload a file to its signed URL, download the outputs. Files go straight to and from Cloud
Storage.

JSON names are lowerCamelCase and end in their unit; times are UTC. Unknown query parameters are refused, \
and so are unknown fields, except under `/api/auth`. Errors are RFC 9457 problem documents with a \
stable `code`. Every response has an `X-Request-Id`.
"""
HEADERS: dict[str, Schema] = {
    "ETag": {"schema": {"type": "string"}, "description": "Changes with every change of the task."},
    "Location": {"schema": {"type": "string"}, "description": "URL of the resource."},
    "Idempotent-Replayed": {
        "schema": {"type": "string"},
        "description": "`true`: an earlier request with this Idempotency-Key created the task.",
    },
    "X-Request-Id": {
        "schema": {"type": "string"},
        "description": "Identifies the request in the logs.",
    },
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."},
    "WWW-Authenticate": {"schema": {"type": "string"}, "description": "RFC 6750."},
}
SECURITY: dict[str, Schema] = {
    "idToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Of a person, from `POST /api/auth/login`.",
    },
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "snb_…",
        "description": "Of a program, from `POST /api/keys`.",
    },
}
BODY_ERRORS = (400, 413, 415, 422)
TOKEN_ERRORS = (401, 403)
# Status → headers of its problem.
ERROR_HEADERS = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}


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
            "schemas": dict(sorted((request_schemas(limits) | response_schemas()).items())),
            "securitySchemes": SECURITY,
        },
    }


def error_statuses(operation: Operation) -> list[int]:
    """Every status with which this operation can fail: 422 also for an unknown query parameter."""
    token = () if operation.is_public else TOKEN_ERRORS
    body = BODY_ERRORS if operation.body else ()
    return sorted({*operation.errors, *token, *body, 422, 500})


def _all_statuses() -> list[int]:
    return sorted({status for operation in OPERATIONS for status in error_statuses(operation)})


def _operation(operation: Operation) -> Schema:
    errors = error_statuses(operation)
    shown: Schema = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        "security": _security(operation),
        "responses": {str(success.status): _success(success) for success in operation.responses}
        | {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in errors},
    }
    shown["x-codeSamples"] = [sample._asdict() for sample in samples(operation)]
    if parameters := operation.parameters():
        shown["parameters"] = [_parameter(place, field) for place, field in parameters]
    if operation.body:
        content = {"schema": ref(operation.body.name), "example": operation.body.example()}
        shown["requestBody"] = {"required": True, "content": {"application/json": content}}
    return shown


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    """Return the schemes of which one is enough."""
    if operation.is_public:
        return []
    schemes = ["idToken"] if operation.needs_person else list(SECURITY)
    return [{scheme: []} for scheme in schemes]


def _parameter(place: str, field: Field) -> Schema:
    shown: Schema = {"name": field.name, "in": place, "description": field.description}
    if field.is_required:
        shown["required"] = True
    if field.example is not None:
        shown["example"] = field.example
    return shown | {"schema": value_schema(field)}


def _success(success: Success) -> Schema:
    shown: Schema = {
        "description": success.description,
        "headers": {name: HEADERS[name] for name in (*success.headers, "X-Request-Id")},
    }
    if success.schema or success.is_object:
        schema = ref(success.schema) if success.schema else {"type": "object"}
        example = {"example": success.example} if success.example else {}
        shown["content"] = {"application/json": {"schema": schema, **example}}
    return shown


def _problem(status: int) -> Schema:
    errors = [error for error in request_errors().values() if error.status == status]
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
        "headers": {name: HEADERS[name] for name in (*ERROR_HEADERS.get(status, ()), "X-Request-Id")},
        "content": {"application/problem+json": {"schema": ref("Problem"), "examples": examples}},
    }
