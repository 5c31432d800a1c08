"""Reads the JSON object in a request's body, up to a limit."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from shared.domain.errors import BodyTooLarge, MalformedBody, UnsupportedMediaType
from shared.domain.json_object import parse_object

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

# More than any request needs; files are uploaded to the bucket.
MAX_BODY_BYTES = 64 * 1024


def json_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body.

    Raises:
        UnsupportedMediaType: the Content-Type is not JSON.
        BodyTooLarge: it is larger than `MAX_BODY_BYTES`.
        MalformedBody: it is not a JSON object, or has a name twice, or invalid Unicode.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Set Content-Type to application/json.")
    return parse_object(_bounded(request))


def discard_rest(request: Request) -> None:
    """Leave the unread part of the body to the server, which discards it without holding a thread.

    Otherwise functions-framework reads it into memory after our response, for as long as the client likes.
    """
    request.__dict__["stream"] = io.BytesIO()


def _bounded(request: Request) -> bytes:
    data = b""
    try:
        # One byte over the limit tells a longer body from one that ends at the limit.
        while len(data) <= MAX_BODY_BYTES and (chunk := request.stream.read(MAX_BODY_BYTES + 1 - len(data))):
            data += chunk
    except Exception as error:  # of the server or of werkzeug: caused by how the body was sent
        raise MalformedBody("The body ended early or its chunked encoding is invalid.") from error
    if len(data) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"The body is larger than the limit of {MAX_BODY_BYTES} bytes.")
    return data
