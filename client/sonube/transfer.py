"""Bytes up and down, straight to and from the bucket: resumable, and never a half-written file."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Any, BinaryIO

import requests

from sonube.errors import SonubeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

MIB = 1024 * 1024
# Cloud Storage takes chunks in multiples of 256 KiB; each is asked for again when the connection breaks.
CHUNK_BYTES = 8 * MIB
PIECE_BYTES = 64 * 1024
TIMEOUT_S = (10, 60)
ATTEMPTS = 6


def put_whole(request: Mapping[str, Any], file: Path, on_bytes: Callable[[int], None]) -> None:
    """One PUT of a small file."""
    data = file.read_bytes()
    url, headers = _target(request)
    answer = _try_again(lambda: requests.put(url, data=data, headers=headers, timeout=TIMEOUT_S))
    # 412: an earlier try of ours has arrived, though its answer did not.
    if not answer.ok and answer.status_code != requests.codes.precondition_failed:
        raise _refused("upload", answer)
    on_bytes(len(data))


def put_resumable(request: Mapping[str, Any], file: Path, on_bytes: Callable[[int], None]) -> None:
    """A resumable session, chunk by chunk; goes on where it stopped when the connection breaks."""
    target, headers = _target(request)
    opened = _try_again(lambda: requests.post(target, headers=headers, timeout=TIMEOUT_S))
    if "Location" not in opened.headers:
        raise _refused("upload", opened)
    url, size, sent = opened.headers["Location"], file.stat().st_size, 0
    with file.open("rb") as data:
        while sent < size:
            arrived = _send_chunk(url, data, sent, size)
            on_bytes(arrived - sent)
            sent = arrived


def fetch(url: str, target: Path, on_bytes: Callable[[int], None]) -> Path:
    """Download into `target`, which appears whole or not at all."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with requests.get(url, stream=True, timeout=TIMEOUT_S) as answer:
            if not answer.ok:
                raise _refused("download", answer)
            with part.open("wb") as file:
                for piece in answer.iter_content(PIECE_BYTES):
                    file.write(piece)
                    on_bytes(len(piece))
        part.replace(target)
    except requests.RequestException as error:
        raise SonubeError("unreachable", "The connection broke while downloading.") from error
    finally:
        part.unlink(missing_ok=True)
    return target


def _send_chunk(url: str, data: BinaryIO, begin: int, size: int) -> int:
    """Send what lies at `begin`; returns how much the bucket has now."""
    end = min(begin + CHUNK_BYTES, size)
    for attempt in range(ATTEMPTS):
        headers = {"Content-Range": f"bytes {begin}-{end - 1}/{size}"}
        data.seek(begin)
        answer = _put_or_none(url, data.read(end - begin), headers)
        if answer is not None and (answer.ok or answer.status_code == requests.codes.permanent_redirect):
            return _arrived(answer, size)
        if answer is not None and answer.status_code < requests.codes.server_error:
            raise SonubeError(
                "upload_refused", f"The upload was refused: {answer.text[:300]}", answer.status_code
            )
        time.sleep(min(8, 0.5 * 2**attempt))
        begin = _ask_how_far(url, size, begin)
        if begin >= end:
            return begin
    raise SonubeError("unreachable", "The upload did not get through.")


def _put_or_none(url: str, data: bytes, headers: Mapping[str, str]) -> requests.Response | None:
    """The answer, or None when the connection broke."""
    try:
        return requests.put(url, data=data, headers=headers, timeout=TIMEOUT_S)
    except requests.RequestException:
        return None


def _ask_how_far(url: str, size: int, known: int) -> int:
    """What the bucket has, by its own word; what we knew if it does not answer."""
    answer = _put_or_none(url, b"", {"Content-Range": f"bytes */{size}"})
    answered = answer is not None and answer.status_code < requests.codes.bad_request
    return _arrived(answer, size) if answer is not None and answered else known


def _arrived(answer: requests.Response, size: int) -> int:
    """Bytes that have arrived: all on 200, the Range header's on 308, none if it has none."""
    if answer.ok and answer.status_code != requests.codes.permanent_redirect:
        return size
    found = re.fullmatch(r"bytes=0-(\d+)", answer.headers.get("Range", ""))
    return int(found[1]) + 1 if found else 0


def _target(request: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    return request["url"], dict(request["headers"])


def _refused(what: str, answer: requests.Response) -> SonubeError:
    return SonubeError(f"{what}_refused", f"The {what} was refused: {answer.text[:300]}", answer.status_code)


def _try_again(send: Callable[[], requests.Response]) -> requests.Response:
    """Send until there is an answer that is not the server's own failure."""
    last: Exception | None = None
    for pause in _pauses():
        try:
            answer = send()
        except requests.RequestException as error:
            last = error
        else:
            if answer.status_code < requests.codes.server_error:
                return answer
        time.sleep(pause)
    raise SonubeError("unreachable", "The bucket cannot be reached.") from last


def _pauses() -> Iterator[float]:
    return (min(8.0, 0.5 * 2**attempt) for attempt in range(ATTEMPTS))
