"""Uploads to and downloads from the bucket: resumable, and without incomplete files."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

import requests
from requests.adapters import HTTPAdapter

from sonube.errors import SonubeError, of_answer
from sonube.naming import place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MIB = 1024 * 1024
# Cloud Storage needs chunks in multiples of 256 KiB. A chunk is sent again after a broken connection.
CHUNK_BYTES = 8 * MIB
PIECE_BYTES = 64 * 1024
TIMEOUT_S = (10, 60)
# With pauses of up to 8 s this is about two minutes per chunk.
ATTEMPTS = 18
# How Cloud Storage refuses an expired signed URL.
LINK_ENDED = frozenset({requests.codes.bad_request, requests.codes.forbidden})
ARRIVED_BEFORE = requests.codes.precondition_failed


class _LargePieces(HTTPAdapter):
    """Sends bodies in pieces of `PIECE_BYTES`: the default of 16 KiB takes a third more CPU."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # as requests passes them
        super().init_poolmanager(*args, **options, blocksize=PIECE_BYTES)


def _session() -> requests.Session:
    """A session that keeps one connection for all chunks of a file."""
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, _LargePieces())
    return session


@dataclass(frozen=True, slots=True)
class Uploader:
    """Uploads one file.

    Attributes:
        on_bytes: called with the number of bytes sent so far.
        sleep: waits the given number of seconds.
    """

    file: Path
    on_bytes: Callable[[int], None]
    sleep: Callable[[float], None]
    session: requests.Session = field(default_factory=_session)

    def put_whole(self, request: Mapping[str, Any]) -> None:
        """Upload a small file with one PUT."""
        with self.file.open("rb") as data:
            size = os.fstat(data.fileno()).st_size
            answer = self._send_with_retries("PUT", request, lambda: _Piece(data, 0, size, self.on_bytes))
        # 412: an earlier try arrived, but its answer was lost.
        if not answer.ok and answer.status_code != ARRIVED_BEFORE:
            raise _refused("upload", answer)

    def put_resumable(self, request: Mapping[str, Any]) -> None:
        """Upload in chunks through a resumable session; continues after a broken connection."""
        opened = self._send_with_retries(request["method"], request, lambda: None)
        if "Location" not in opened.headers:
            raise _refused("upload", opened)
        with self.file.open("rb") as data:
            size, sent = os.fstat(data.fileno()).st_size, 0
            while sent < size:
                sent = self._send_chunk(opened.headers["Location"], data, sent, size)

    def _send_chunk(self, url: str, data: BinaryIO, begin: int, size: int) -> int:
        """Send the chunk at `begin`; return how many bytes the bucket has."""
        end = min(begin + CHUNK_BYTES, size)
        for attempt in range(ATTEMPTS):
            headers = {"Content-Range": f"bytes {begin}-{end - 1}/{size}"}
            answer = self._send("PUT", url, headers, _Piece(data, begin, end, self.on_bytes))
            if answer is not None and (answer.ok or answer.status_code == requests.codes.permanent_redirect):
                return _received_bytes(answer, size)
            if answer is not None and answer.status_code < requests.codes.server_error:
                raise _refused("upload", answer)
            self.sleep(_pause(attempt))
            begin = self._query_received(url, size, begin)
            if begin >= end:
                return begin
        raise SonubeError("unreachable", "The connection failed too often during the upload. Try again.")

    def _send_with_retries(
        self, method: str, request: Mapping[str, Any], data: Callable[[], _Piece | None]
    ) -> requests.Response:
        """Send until there is an answer other than 5xx."""
        for attempt in range(ATTEMPTS):
            answer = self._send(method, request["url"], request["headers"], data())
            if answer is not None and answer.status_code < requests.codes.server_error:
                return answer
            self.sleep(_pause(attempt))
        raise SonubeError(
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


class _Piece:
    """Part of a file as a request body, read while it is sent."""

    def __init__(self, data: BinaryIO, begin: int, end: int, on_bytes: Callable[[int], None]) -> None:
        self._data, self._at, self._left, self._on_bytes = data, begin, end - begin, on_bytes
        data.seek(begin)

    def __len__(self) -> int:
        return self._left

    def read(self, size: int = -1) -> bytes:
        """Read the next bytes, as from a file."""
        piece = self._data.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        self._at += len(piece)
        self._on_bytes(self._at)
        return piece


@dataclass(slots=True)
class Link:
    """A download link, which expires after some minutes.

    Attributes:
        url: None until it is requested.
        renew: returns a new one.
    """

    url: str | None
    renew: Callable[[], str]


def fetch(
    link: Link,
    target: Path,
    on_bytes: Callable[[int], None],
    sleep: Callable[[float], None],
    *,
    overwrite: bool = False,
) -> Path:
    """Download to a hidden file, then move it to `target` or a free name near it; return that name."""
    # Two results with the same name may be downloading at the same time, even in one process.
    part = target.with_name(f".sonube-{secrets.token_hex(8)}.part")
    try:
        with part.open("wb") as file:
            _receive(link, file, on_bytes, sleep)
        return place(part, target, overwrite=overwrite)
    finally:
        part.unlink(missing_ok=True)


def _receive(
    link: Link, file: BinaryIO, on_bytes: Callable[[int], None], sleep: Callable[[float], None]
) -> None:
    """Receive a whole object; continues after a broken connection or an expired link."""
    version: str | None = None
    renewed = False
    for attempt in range(ATTEMPTS):
        begun = file.tell()
        headers = {"Range": f"bytes={begun}-"} if begun else {}
        link.url = link.url or link.renew()
        try:
            with requests.get(link.url, headers=headers, stream=True, timeout=TIMEOUT_S) as answer:
                if answer.status_code in LINK_ENDED and not renewed:
                    link.url, renewed = None, True
                    continue
                _raise_if_permanent(answer)
                renewed = False
                tag = answer.headers.get("ETag")
                if begun == 0 or tag == version:
                    version = tag
                    return _keep(answer, file, on_bytes)
            # The object was replaced since: what we have belongs to the old one.
            file.truncate(file.seek(0))
        except requests.RequestException:
            sleep(_pause(attempt))
    raise SonubeError("unreachable", "The connection failed too often during the download. Try again.")


def _raise_if_permanent(answer: requests.Response) -> None:
    """Raise for an answer that a retry would not change; a 5xx raises what the caller retries."""
    if answer.status_code >= requests.codes.server_error:
        answer.raise_for_status()
    if not answer.ok:
        raise _refused("download", answer)


def _keep(answer: requests.Response, file: BinaryIO, on_bytes: Callable[[int], None]) -> None:
    if answer.status_code != requests.codes.partial_content:
        file.truncate(file.seek(0))
    for piece in answer.iter_content(PIECE_BYTES):
        file.write(piece)
        on_bytes(file.tell())


def _received_bytes(answer: requests.Response, size: int) -> int:
    """Bytes that have arrived: all on 200, those in the Range header on 308, none without one."""
    if answer.ok and answer.status_code != requests.codes.permanent_redirect:
        return size
    found = re.fullmatch(r"bytes=0-(\d+)", answer.headers.get("Range", ""))
    return int(found[1]) + 1 if found else 0


def _pause(attempt: int) -> float:
    """Seconds to wait before the next try."""
    return float(min(8.0, 0.5 * 2**attempt))


def _refused(what: str, answer: requests.Response) -> SonubeError:
    if "problem+json" in answer.headers.get("Content-Type", ""):
        return of_answer(answer)
    reason = re.search(r"<Code>(\w+)</Code>", answer.text)
    said = reason[1] if reason else answer.text[:300] or answer.reason
    message = f"The bucket refused the {what} ({answer.status_code} {said})."
    return SonubeError(f"{what}_refused", message, answer.status_code)
