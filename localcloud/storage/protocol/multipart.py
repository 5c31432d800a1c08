"""`multipart/related` and `multipart/mixed` as a stream, held in memory no further than one delimiter.

Cloud Storage's clients differ: some end lines with CRLF and some with LF alone, and gsutil puts its boundary
in single quotes, which RFC 2046 does not know. Both are accepted.
"""

from __future__ import annotations

import re
from email.parser import HeaderParser
from typing import TYPE_CHECKING

from localcloud.storage.errors import INCOMPLETE_BODY, PARSE_ERROR, PAYLOAD_TOO_LARGE, StorageError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping

HEADERS_MAX_BYTES = 1 << 20


def boundary_of(content_type: str) -> bytes:
    """The boundary that a multipart content type names, without quotes of either kind.

    Raises:
        StorageError: there is none.
    """
    match = re.search(r"""boundary=(?:"([^"]+)"|'([^']+)'|([^;\s]+))""", content_type, re.IGNORECASE)
    if match is None or not content_type.lower().lstrip().startswith("multipart/"):
        raise StorageError(PARSE_ERROR, f"Not a multipart content type with a boundary: {content_type!r}")
    return next(group for group in match.groups() if group).encode()


class Multipart:
    """Reads part after part: `next_part`, then all of `body` or `small_body`, and again."""

    def __init__(self, pieces: AsyncIterator[bytes], boundary: bytes) -> None:
        self._pieces = pieces
        self._mark = b"--" + boundary
        self._newline = b""
        self._buffer = bytearray()

    async def next_part(self) -> Mapping[str, str] | None:
        """Go to the next part and read its headers; None after the last one."""
        if not self._newline:
            await self._whole(self._until(self._mark))
        await self._fill(2)
        if self._buffer.startswith(b"--"):
            return None
        self._newline = b"\r\n" if self._buffer.startswith(b"\r\n") else b"\n"
        head = await self._whole(self._until(self._newline * 2))
        return HeaderParser().parsestr(head.decode("utf-8", "replace").lstrip())  # type: ignore[return-value] # a Message maps names to values

    def body(self) -> AsyncGenerator[bytes, None]:
        """The bytes of the current part."""
        return self._until(self._newline + self._mark)

    async def small_body(self) -> bytes:
        """The current part in one piece, when it is a document."""
        return await self._whole(self.body())

    async def _until(self, mark: bytes) -> AsyncGenerator[bytes, None]:
        while (at := self._buffer.find(mark)) < 0:
            safe = len(self._buffer) - len(mark) + 1
            if safe > 0:
                yield self._taken(safe)
            if not await self._more():
                raise StorageError(INCOMPLETE_BODY, "The multipart body ends without its closing boundary.")
        yield self._taken(at)
        del self._buffer[: len(mark)]

    async def _whole(self, pieces: AsyncIterator[bytes]) -> bytes:
        document = bytearray()
        async for piece in pieces:
            document += piece
            if len(document) > HEADERS_MAX_BYTES:
                raise StorageError(PAYLOAD_TOO_LARGE, f"A part is longer than {HEADERS_MAX_BYTES} bytes.")
        return bytes(document)

    async def _fill(self, length: int) -> None:
        while len(self._buffer) < length and await self._more():
            pass

    async def _more(self) -> bool:
        async for piece in self._pieces:
            self._buffer += piece
            return True
        return False

    def _taken(self, length: int) -> bytes:
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        return taken
