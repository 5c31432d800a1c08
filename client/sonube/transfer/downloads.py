"""Downloads from the bucket: a file appears under its name only when it is complete."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import requests

from sonube.errors import Unreachable
from sonube.naming import place
from sonube.transfer.bucket import ATTEMPTS, TIMEOUT_S, pause, refused_transfer
from sonube.transfer.web import PIECE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sonube.transfer.web import WebSession

# How Cloud Storage refuses an expired signed URL.
LINK_ENDED = frozenset({requests.codes.bad_request, requests.codes.forbidden})


@dataclass(slots=True)
class Link:
    """A download link, which expires after some minutes.

    Attributes:
        url: None until it is requested.
        renew: returns a new one.
    """

    url: str | None
    renew: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Downloader:
    """Downloads results.

    Attributes:
        sleep: waits the given number of seconds.
    """

    session: WebSession
    sleep: Callable[[float], None]

    def to_file(
        self, link: Link, target: Path, on_bytes: Callable[[int], None], *, overwrite: bool = False
    ) -> Path:
        """Download to a hidden file, then move it to `target` or a free name near it; return that name.

        Raises:
            OSError: names `target`, and not the hidden file, of which the user knows nothing.
        """
        # Two results with the same name may be downloading at the same time, even in one process.
        part = target.with_name(f".sonube-{secrets.token_hex(8)}.part")
        try:
            with part.open("wb") as file:
                self.receive(link, file, on_bytes)
            return place(part, target, overwrite=overwrite)
        except OSError as error:
            if error.errno is None:
                raise
            raise OSError(error.errno, error.strerror, str(target)) from error
        finally:
            part.unlink(missing_ok=True)

    def to_stream(self, link: Link, sink: BinaryIO, on_bytes: Callable[[int], None]) -> None:
        """Download to a temporary file, then write all of it: what a pipe has taken cannot be taken back."""
        with tempfile.TemporaryFile() as whole:
            self.receive(link, whole, on_bytes)
            whole.seek(0)
            shutil.copyfileobj(whole, sink)

    def receive(self, link: Link, file: BinaryIO, on_bytes: Callable[[int], None]) -> None:
        """Receive an object into a seekable file; continues after a broken connection or an expired link."""
        version: str | None = None
        renewed = False
        for attempt in range(ATTEMPTS):
            begun = file.tell()
            headers = {"Range": f"bytes={begun}-"} if begun else {}
            link.url = link.url or link.renew()
            try:
                with self.session.get(link.url, headers=headers, stream=True, timeout=TIMEOUT_S) as answer:
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
                self.sleep(pause(attempt))
        raise Unreachable("unreachable", "The connection failed too often during the download. Try again.")


def _raise_if_permanent(answer: requests.Response) -> None:
    """Raise for an answer that a retry would not change; a 5xx raises what the caller retries."""
    if answer.status_code >= requests.codes.server_error:
        answer.raise_for_status()
    if not answer.ok:
        raise refused_transfer("download", answer)


def _keep(answer: requests.Response, file: BinaryIO, on_bytes: Callable[[int], None]) -> None:
    if answer.status_code != requests.codes.partial_content:
        file.truncate(file.seek(0))
    for piece in answer.iter_content(PIECE_BYTES):
        file.write(piece)
        on_bytes(file.tell())
