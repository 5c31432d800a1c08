"""A request's body: as a stream of pieces for bytes, or whole and bounded for JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import PayloadEncodingError

from localcloud.storage.errors import INCOMPLETE_BODY, PARSE_ERROR, PAYLOAD_TOO_LARGE, StorageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

DOCUMENT_MAX_BYTES = 10 << 20  # a batch of 100 requests fits with ease


async def leave_expectation(request: web.Request) -> None:
    """Do nothing: `body_pieces` answers 100 once the body is wanted, so that a refusal costs none."""
    del request


async def body_pieces(request: web.Request) -> AsyncIterator[bytes]:
    """The body as it comes, with back-pressure.

    Raises:
        StorageError: the connection broke, or the framing did, before the end (IncompleteBody).
    """
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
    try:
        async for piece in request.content.iter_any():
            yield piece
    except (ConnectionError, ClientPayloadError, PayloadEncodingError) as error:
        raise StorageError(INCOMPLETE_BODY, "The connection ended before the body did.") from error


async def whole_body(request: web.Request) -> bytes:
    """The body in one piece, when it is a document.

    Raises:
        StorageError: it is too long for one.
    """
    document = bytearray()
    async for piece in body_pieces(request):
        document += piece
        if len(document) > DOCUMENT_MAX_BYTES:
            raise StorageError(
                PAYLOAD_TOO_LARGE, f"The request body is longer than {DOCUMENT_MAX_BYTES} bytes."
            )
    return bytes(document)


def parse_document(document: bytes) -> dict[str, Any]:
    """A JSON object; nothing at all is an empty one.

    Raises:
        StorageError: it is not one.
    """
    if not document.strip():
        return {}
    try:
        parsed = json.loads(document)
    except ValueError as error:
        raise StorageError(PARSE_ERROR, "Parse Error: the request body is not JSON.") from error
    if not isinstance(parsed, dict):
        raise StorageError(PARSE_ERROR, "Parse Error: the request body is not a JSON object.")
    return parsed
