"""How much of a request has arrived: enough to answer it without waiting for its client?

Only the framing is read here (RFC 9112, 6 and 7.1). The server refuses what is malformed: it
counts as complete.
"""

from __future__ import annotations

import re
from enum import Enum

from shared.web.json_body import MAX_BODY_BYTES

MAX_HEAD_BYTES = 64 * 1024
# With room for the framing of chunks.
MAX_CHUNKED_BYTES = 2 * MAX_BODY_BYTES
# Of a chunk's size, or of all trailers.
MAX_LINE_BYTES = 1024
_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]+)[ \t]*(;.*)?", re.DOTALL)


class Progress(Enum):
    """What can be done with a request: wait for more, answer it, answer it without its rest, or refuse it."""

    PARTIAL = "partial"
    COMPLETE = "complete"
    LARGE = "large"
    REFUSED = "refused"


class IncomingRequest:
    """The bytes of one request, and whatever follows it on the connection."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.expects_continue = False
        self._body_at = 0
        self._length: int | None = 0
        self._chunk_at = self._received = 0

    def add(self, data: bytes) -> Progress:
        """Add what has arrived; the state of the whole."""
        searched = max(0, len(self.data) - 3)
        self.data += data
        if not self._body_at:
            end = self.data.find(b"\r\n\r\n", searched)
            if end < 0:
                return Progress.PARTIAL if len(self.data) <= MAX_HEAD_BYTES else Progress.REFUSED
            self._body_at = self._chunk_at = end + 4
            self._read_head(bytes(self.data[:end]))
        if self._length is None:
            return self._chunked()
        arrived = len(self.data) - self._body_at
        if arrived >= self._length:
            return Progress.COMPLETE
        return Progress.LARGE if arrived > MAX_BODY_BYTES else Progress.PARTIAL

    def closing(self) -> bytes:
        """The bytes, with a header in front of all others by which the server closes the connection."""
        line, _, rest = bytes(self.data).partition(b"\r\n")
        return line + b"\r\nConnection: close\r\n" + rest

    def _read_head(self, head: bytes) -> None:
        fields = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
        named = [(name.strip().lower(), value.strip().lower()) for name, _, value in fields]
        lengths = [value for name, value in named if name == b"content-length"]
        if any(name == b"transfer-encoding" for name, _ in named):
            self._length = None
        elif len(lengths) == 1 and lengths[0].isdigit():
            # Zeros in front count for nothing. Python refuses thousands of digits, and so does the server.
            self._length = int(lengths[0].lstrip(b"0")[:18] or b"0")
        self.expects_continue = (b"expect", b"100-continue") in named

    def _chunked(self) -> Progress:
        """Each call goes on where the last one stopped."""
        while (end := self.data.find(b"\r\n", self._chunk_at, self._chunk_at + MAX_LINE_BYTES)) >= 0:
            size = _SIZE.fullmatch(bytes(self.data[self._chunk_at : end]))
            if size is None:
                return Progress.COMPLETE
            length, start = int(size[1], 16), end + 2
            if length == 0:
                return self._trailers(start)
            if self._received + min(length, len(self.data) - start) > MAX_BODY_BYTES:
                return Progress.LARGE
            following = self.data[start + length : start + length + 2]
            if len(following) < 2:  # noqa: PLR2004  # a line's end
                return self._partial()
            if following != b"\r\n":
                return Progress.COMPLETE
            self._chunk_at, self._received = start + length + 2, self._received + length
        is_line = len(self.data) - self._chunk_at < MAX_LINE_BYTES
        return self._partial() if is_line else Progress.REFUSED

    def _partial(self) -> Progress:
        """Partial, unless nearly all of it is framing."""
        is_bounded = len(self.data) - self._body_at <= MAX_CHUNKED_BYTES
        return Progress.PARTIAL if is_bounded else Progress.REFUSED

    def _trailers(self, start: int) -> Progress:
        if self.data[start : start + 2] == b"\r\n" or self.data.find(b"\r\n\r\n", start) >= 0:
            return Progress.COMPLETE
        return Progress.PARTIAL if len(self.data) - start <= MAX_LINE_BYTES else Progress.REFUSED
