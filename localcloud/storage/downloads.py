"""An object's bytes on their way to a client, whole or in part, with the headers that describe them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from localcloud.storage.blobs import PIECE_BYTES
from localcloud.storage.ranges import requested_range

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from localcloud.storage.blobs import Blobs
    from localcloud.storage.stored_object import StoredObject

SEND_BYTES = PIECE_BYTES // 4  # a slow reader makes us hold one such piece


async def send(
    request: web.Request, stored: StoredObject, blobs: Blobs, extra: Mapping[str, str]
) -> web.StreamResponse:
    """Answer a GET or HEAD with the object; `extra` headers win over its own."""
    part = requested_range(request.headers.get("Range"), stored.size)
    headers = {**object_headers(stored), **extra, "Accept-Ranges": "bytes"}
    length = stored.size if part is None else part.length
    if part:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{stored.size}"
    response = web.StreamResponse(status=206 if part else 200, headers=headers)
    response.content_length = length
    with blobs.open(
        stored.blob
    ) as file:  # before the first await: from here on nobody can take the bytes away
        await response.prepare(request)
        if request.method != "HEAD":
            file.seek(part.first if part else 0)
            await _write(response, file, length)
    await response.write_eof()
    return response


async def _write(response: web.StreamResponse, file: BinaryIO, length: int) -> None:
    while length:
        piece = file.read(min(SEND_BYTES, length))
        await response.write(piece)
        length -= len(piece)


def object_headers(stored: StoredObject) -> dict[str, str]:
    """The headers that describe an object in both APIs."""
    optional = {
        "Content-Encoding": stored.content_encoding,
        "Content-Disposition": _header_text(stored.content_disposition),
        "Content-Language": stored.content_language,
        "Cache-Control": stored.cache_control or "private, max-age=0",
        "x-goog-component-count": str(stored.component_count) if stored.component_count else None,
        "x-goog-custom-time": stored.custom_time,
    }
    return {
        **{name: value for name, value in optional.items() if value},
        **{f"x-goog-meta-{key}": quote(value, safe=_HEADER_SAFE) for key, value in stored.metadata.items()},
        "Content-Type": stored.content_type or "application/octet-stream",
        "Last-Modified": format_datetime(datetime.fromtimestamp(stored.updated, UTC), usegmt=True),
        "x-goog-generation": str(stored.generation),
        "x-goog-metageneration": str(stored.metageneration),
        "x-goog-hash": f"crc32c={stored.crc32c}" + (f",md5={stored.md5}" if stored.md5 else ""),
        "x-goog-storage-class": stored.storage_class or "STANDARD",
        "x-goog-stored-content-encoding": stored.content_encoding or "identity",
        "x-goog-stored-content-length": str(stored.size),
    }


_HEADER_SAFE = "".join(chr(code) for code in range(0x20, 0x7F))


def _header_text(value: str | None) -> str | None:
    """Without line breaks, which would end the header."""
    return value and value.replace("\r", "").replace("\n", "")
