"""`/batch/storage/v1`: up to 100 metadata calls in one `multipart/mixed` request, answered in order."""

from __future__ import annotations

import secrets
from email.parser import HeaderParser
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from localcloud.storage.errors import INVALID, StorageError
from localcloud.storage.protocol.body import parse_document
from localcloud.storage.protocol.call import Call, Reply, decoded, split_target
from localcloud.storage.protocol.multipart import Multipart, boundary_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from localcloud.storage.json_api.metadata import JsonApi

CALLS_MAX = 100
API_PREFIX = "/storage/v1/"


async def answer_batch(
    api: JsonApi, content_type: str, pieces: AsyncIterator[bytes], base_url: str
) -> web.Response:
    """Run every call of a batch and put the answers into one body, each under the id of its call."""
    parts = Multipart(pieces, boundary_of(content_type))
    boundary = f"batch_{secrets.token_hex(12)}"
    answers: list[bytes] = []
    while (headers := await parts.next_part()) is not None:
        if len(answers) == CALLS_MAX:
            raise StorageError(INVALID, f"The batch has more than {CALLS_MAX} calls.")
        answer = await _answer(api, await parts.small_body(), base_url)
        content_id = headers.get("Content-ID", "").strip("<>")
        head = (
            f"--{boundary}\r\nContent-Type: application/http\r\nContent-ID: <response-{content_id}>\r\n\r\n"
        )
        answers.append(head.encode() + answer + b"\r\n")
    body = b"".join(answers) + f"--{boundary}--\r\n".encode()
    return web.Response(body=body, headers={"Content-Type": f"multipart/mixed; boundary={boundary}"})


async def _answer(api: JsonApi, raw: bytes, base_url: str) -> bytes:
    try:
        reply = await api(_call(raw, base_url))
        return _message(reply.status, reply)
    except StorageError as error:
        return _message(error.refusal.status, error)


def _call(raw: bytes, base_url: str) -> Call:
    """Parse one HTTP request in a part; its target may be a path or a whole URL."""
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n").lstrip("\n")
    head, _, body = text.partition("\n\n")
    request_line, _, header_lines = head.partition("\n")
    words = request_line.split(" ")
    if len(words) < 2:  # noqa: PLR2004 a method and a target
        raise StorageError(INVALID, f"Not an HTTP request: {request_line!r}")
    url = urlsplit(words[1])
    path, query = split_target(f"{url.path}?{url.query}")
    if not path.startswith(API_PREFIX):
        raise StorageError(INVALID, f"Not a call that a batch may hold: {path}")
    segments = tuple(decoded(segment) for segment in path.removeprefix(API_PREFIX).split("/"))
    headers = dict(HeaderParser().parsestr(header_lines))
    return Call(words[0], segments, query, headers, parse_document(body.encode()), base_url)


def _message(status: int, answer: Reply | StorageError) -> bytes:
    headers = dict(answer.headers) if isinstance(answer, Reply) else {}
    body = answer.body if isinstance(answer, Reply) else answer.as_json()
    headers |= {"Content-Type": "application/json; charset=UTF-8", "Content-Length": str(len(body))}
    phrase = HTTPStatus(status).phrase
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {phrase}\r\n{lines}\r\n".encode() + body
