"""Reads the JSON object in a request's body, up to a limit."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from shared.domain.errors import BodyTooLarge, MalformedBody, UnsupportedMediaType
from shared.domain.json_object import parse_object

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

# More than any request needs; files are uploaded to the bucket.
MAX_BODY_BYTES = 64 * 1024
# Cloud Run's own limit for an HTTP/1 request.
MAX_DISCARDED_BYTES = 32 * 1024 * 1024
CHUNK_BYTES = 64 * 1024


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
    """Read and discard the unread part of the body, so that a client that is still sending gets the response.

    Otherwise functions-framework reads it into memory after our response.
    """
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    left = MAX_DISCARDED_BYTES if chunked else min(request.content_length or 0, MAX_DISCARDED_BYTES)
    source = request.environ["wsgi.input"]
    # A body that ends early or has invalid chunks has no rest; the server raises errors of its own.
    with suppress(Exception):
        while left > 0 and (chunk := source.read(min(left, CHUNK_BYTES))):
            left -= len(chunk)
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
