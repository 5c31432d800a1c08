"""Uploads to the bucket: a small file with one PUT, a large one in chunks, which can be sent again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

from sonube.errors import Unreachable
from sonube.transfer.bucket import ATTEMPTS, TIMEOUT_S, pause, refused_transfer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sonube.transfer.sources import Source
    from sonube.transfer.web import WebSession

# Cloud Storage needs chunks in multiples of 256 KiB. A chunk is sent again after a broken connection.
CHUNK_BYTES = 8 * 1024 * 1024
ARRIVED_BEFORE = requests.codes.precondition_failed


@dataclass(frozen=True, slots=True)
class Uploader:
    """Uploads one source.

    Attributes:
        on_bytes: called with the number of bytes sent so far.
        sleep: waits the given number of seconds.
    """

    source: Source
    on_bytes: Callable[[int], None]
    sleep: Callable[[float], None]
    session: WebSession

    def put(self, request: Mapping[str, Any]) -> None:
        """Upload in the way that suits the size.

        Raises:
            SourceChanged: the source is no longer what it was when it was opened; the bucket has no object.
            SonubeError: the bucket refused, or cannot be reached.
        """
        if self.source.size <= CHUNK_BYTES:
            self._put_whole(request)
        else:
            self._put_resumable(request["resumable"])

    def _put_whole(self, request: Mapping[str, Any]) -> None:
        answer = self._send_with_retries("PUT", request, lambda: self._piece(0, self.source.size))
        # 412: an earlier try arrived, but its answer was lost.
        if not answer.ok and answer.status_code != ARRIVED_BEFORE:
            raise refused_transfer("upload", answer)

    def _put_resumable(self, request: Mapping[str, Any]) -> None:
        opened = self._send_with_retries(request["method"], request, lambda: None)
        if "Location" not in opened.headers:
            raise refused_transfer("upload", opened)
        sent = 0
        while sent < self.source.size:
            sent = self._send_chunk(opened.headers["Location"], sent)

    def _send_chunk(self, url: str, begin: int) -> int:
        """Send the chunk at `begin`; return how many bytes the bucket has."""
        size = self.source.size
        end = min(begin + CHUNK_BYTES, size)
        for attempt in range(ATTEMPTS):
            headers = {"Content-Range": f"bytes {begin}-{end - 1}/{size}"}
            answer = self._send("PUT", url, headers, self._piece(begin, end))
            if answer is not None and (answer.ok or answer.status_code == requests.codes.permanent_redirect):
                return _received_bytes(answer, size)
            if answer is not None and answer.status_code < requests.codes.server_error:
                raise refused_transfer("upload", answer)
            self.sleep(pause(attempt))
            begin = self._query_received(url, size, begin)
            if begin >= end:
                return begin
        raise Unreachable("unreachable", "The connection failed too often during the upload. Try again.")

    def _send_with_retries(
        self, method: str, request: Mapping[str, Any], data: Callable[[], _Piece | None]
    ) -> requests.Response:
        """Send until there is an answer other than 5xx."""
        for attempt in range(ATTEMPTS):
            answer = self._send(method, request["url"], request["headers"], data())
            if answer is not None and answer.status_code < requests.codes.server_error:
                return answer
            self.sleep(pause(attempt))
        raise Unreachable(
            "unreachable", "The storage bucket cannot be reached. Check your network and try again."
        )

    def _query_received(self, url: str, size: int, known: int) -> int:
        """Ask the bucket how many bytes it has; `known` if it does not answer."""
        answer = self._send("PUT", url, {"Content-Range": f"bytes */{size}"}, b"")
        answered = answer is not None and answer.status_code < requests.codes.bad_request
        return _received_bytes(answer, size) if answer is not None and answered else known

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], data: _Piece | bytes | None
    ) -> requests.Response | None:
        """The answer, or None if the connection broke."""
        try:
            return self.session.request(method, url, data=data, headers=dict(headers), timeout=TIMEOUT_S)
        except requests.RequestException:
            return None

    def _piece(self, begin: int, end: int) -> _Piece:
        return _Piece(self.source, begin, end, self.on_bytes)


class _Piece:
    """Part of a source as a request body, read while it is sent."""

    def __init__(self, source: Source, begin: int, end: int, on_bytes: Callable[[int], None]) -> None:
        self._source, self._at, self._end, self._on_bytes = source, begin, end, on_bytes

    def __len__(self) -> int:
        return self._end - self._at

    def read(self, size: int = -1) -> bytes:
        """Read the next bytes, as from a file."""
        wanted = len(self) if size < 0 else min(size, len(self))
        piece = self._source.read_at(self._at, wanted) if wanted else b""
        self._at += wanted
        self._on_bytes(self._at)
        return piece


def _received_bytes(answer: requests.Response, size: int) -> int:
    """Bytes that have arrived: all on 200, those in the Range header on 308, none without one."""
    if answer.ok and answer.status_code != requests.codes.permanent_redirect:
        return size
    found = re.fullmatch(r"bytes=0-(\d+)", answer.headers.get("Range", ""))
    return int(found[1]) + 1 if found else 0
