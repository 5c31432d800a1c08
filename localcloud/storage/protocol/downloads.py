"""Sends an object, whole or in part, with the headers that describe it."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from localcloud.storage.protocol.ranges import requested_range
from localcloud.storage.store.blobs import PIECE_BYTES
from localcloud.storage.store.preconditions import check_entity_tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from localcloud.storage.store.blobs import Blobs
    from localcloud.storage.store.stored_object import StoredObject

SEND_BYTES = PIECE_BYTES // 4  # a slow reader makes us hold one such piece
GZIP_WINDOW = zlib.MAX_WBITS | 16
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))


async def send(
    request: web.Request, stored: StoredObject, blobs: Blobs, etag: str, overrides: Mapping[str, str]
) -> web.StreamResponse:
    """Answer a GET or HEAD with the object.

    Args:
        request: whose `Range`, `If-Match`, `If-None-Match` and `Accept-Encoding` are honoured.
        stored: what to send.
        blobs: where its bytes are.
        etag: the tag that this API gives the object.
        overrides: headers that a signed URL sets in place of the object's own.
    """
    check_entity_tag(request.headers, etag)
    headers = {**object_headers(stored), **overrides, "ETag": etag, "Accept-Ranges": "bytes"}
    if _is_transcoded(request, stored):
        return await _send_decompressed(request, stored, blobs, headers)
    part = requested_range(request.headers.get("Range"), stored.size)
    if part:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{stored.size}"
    response = web.StreamResponse(status=206 if part else 200, headers=_clean(headers))
    response.content_length = part.length if part else stored.size
    with blobs.open(stored.blob) as file:  # before the first await: from here on no delete can take the bytes
        await response.prepare(request)
        if request.method != "HEAD":
            file.seek(part.first if part else 0)
            for piece in _pieces(file, response.content_length):
                await response.write(piece)
    await response.write_eof()
    return response


def _is_transcoded(request: web.Request, stored: StoredObject) -> bool:
    """Decompressive transcoding: who does not say that gzip is welcome gets what was zipped."""
    return (
        stored.content_encoding == "gzip"
        and "gzip" not in request.headers.get("Accept-Encoding", "")
        and "no-transform" not in (stored.cache_control or "")
    )


async def _send_decompressed(
    request: web.Request, stored: StoredObject, blobs: Blobs, headers: dict[str, str]
) -> web.StreamResponse:
    """The whole object decompressed, without a length; a range is ignored, as in the cloud."""
    del headers["Content-Encoding"], headers["Accept-Ranges"]
    headers |= {"Warning": "214 UploadServer gunzipped", "Vary": "Accept-Encoding"}
    response = web.StreamResponse(headers=_clean(headers))
    unzip = zlib.decompressobj(GZIP_WINDOW)
    with blobs.open(stored.blob) as file:
        await response.prepare(request)
        for piece in _pieces(file, 0 if request.method == "HEAD" else stored.size):
            rest = piece
            while rest and not unzip.eof:
                await response.write(unzip.decompress(rest, SEND_BYTES))
                rest = unzip.unconsumed_tail
    await response.write_eof()
    return response


def _pieces(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length:
        piece = file.read(min(SEND_BYTES, length))
        yield piece
        length -= len(piece)


def object_headers(stored: StoredObject) -> dict[str, str]:
    """The headers that describe an object in both APIs."""
    optional = {
        "Content-Encoding": stored.content_encoding,
        "Content-Disposition": stored.content_disposition,
        "Content-Language": stored.content_language,
        "Cache-Control": stored.cache_control or "private, max-age=0",
        "x-goog-component-count": str(stored.component_count) if stored.component_count else None,
        "x-goog-custom-time": stored.custom_time,
    }
    return {
        **{name: value for name, value in optional.items() if value},
        **{
            f"x-goog-meta-{key}": quote(value, safe=_PRINTABLE)
            for key, value in stored.metadata.items()
            if _TOKEN.fullmatch(key)
        },
        "Content-Type": stored.content_type or "application/octet-stream",
        "Last-Modified": format_datetime(datetime.fromtimestamp(stored.updated, UTC), usegmt=True),
        "x-goog-generation": str(stored.generation),
        "x-goog-metageneration": str(stored.metageneration),
        "x-goog-hash": f"crc32c={stored.crc32c}" + (f",md5={stored.md5}" if stored.md5 else ""),
        "x-goog-storage-class": stored.storage_class or "STANDARD",
        "x-goog-stored-content-encoding": stored.content_encoding or "identity",
        "x-goog-stored-content-length": str(stored.size),
    }


def _clean(headers: Mapping[str, str]) -> dict[str, str]:
    """Without control characters, with which an object's own fields could end a header and begin another."""
    return {name: re.sub(r"[\x00-\x1f\x7f]", " ", value) for name, value in headers.items()}
