"""The JSON object in a request's body: bounded, in UTF-8, and read in the only way that it can be read."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from shared.domain.errors import BodyTooLarge, MalformedBody, UnsupportedMediaType
from shared.domain.json_object import parse_object

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

# More than any request of ours needs; uploads never come this way.
MAX_BODY_BYTES = 64 * 1024
# Cloud Run's own limit for an HTTP/1 request.
MAX_DISCARDED_BYTES = 32 * 1024 * 1024
PIECE_BYTES = 64 * 1024


def json_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body.

    Raises:
        UnsupportedMediaType: it is not declared as JSON.
        BodyTooLarge: it is larger than `MAX_BODY_BYTES`.
        MalformedBody: it is not a JSON object, or holds a name twice, or text that is no Unicode.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Set Content-Type to application/json.")
    return parse_object(_bounded(request))


def discard_rest(request: Request) -> None:
    """Read what nobody has read of the body, piece by piece, and forget it.

    functions-framework otherwise reads it whole into memory after our answer. A client that is still sending
    gets that answer rather than a broken connection.
    """
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    left = MAX_DISCARDED_BYTES if chunked else min(request.content_length or 0, MAX_DISCARDED_BYTES)
    source = request.environ["wsgi.input"]
    # A body that breaks off, or whose chunks are none, has no rest; the server has its own errors for that.
    with suppress(Exception):
        while left > 0 and (piece := source.read(min(left, PIECE_BYTES))):
            left -= len(piece)
    request.__dict__["stream"] = io.BytesIO()


def _bounded(request: Request) -> bytes:
    data = b""
    try:
        # One byte more than is taken tells a body that ends there from one that goes on.
        while len(data) <= MAX_BODY_BYTES and (piece := request.stream.read(MAX_BODY_BYTES + 1 - len(data))):
            data += piece
    except Exception as error:  # the server's own, or werkzeug's: in any case it is how the body was sent
        raise MalformedBody("The body ended early or its chunked encoding is invalid.") from error
    if len(data) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"The body is larger than the limit of {MAX_BODY_BYTES} bytes.")
    return data
