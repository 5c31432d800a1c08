"""Uploads one output while ffmpeg writes it, except its header, which ffmpeg writes last.

All between the header and the last megabytes goes piece by piece into a part object, and becomes a hole in
the file. The last piece waits until the whole output is needed; until then the bucket has no object.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, BinaryIO, cast

from shared.domain.errors import OutputMismatch

from ..workspace import MIB
from .sparse_file import first_data, punch_hole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shared.ports.objects import ObjectInfo, ObjectStore

    from .listener import Heard, Listener

_POLL_S = 0.02
# For a request whose result is no longer needed.
_GRACE_S = 2.0
_SLICE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class UploadSizes:
    """How much of an output stays in its file.

    Attributes:
        start_bytes: size after the header at which an upload starts; smaller outputs are uploaded at the end.
        audio_bytes: audio in the header, after tags and cover: the Xing frame, and enough for a probe.
        tail_bytes: the end so far, which a probe reads.
        backlog_bytes: bytes that are not uploaded yet at which ffmpeg is paused.
    """

    start_bytes: int = 16 * MIB
    audio_bytes: int = MIB
    tail_bytes: int = 2 * MIB
    backlog_bytes: int = 24 * MIB


class _Phase(IntEnum):
    GROWING = 0
    COMPLETE = 1
    ABANDONED = 2


class _Abandoned(Exception):  # a decision, not an error
    """The upload ends without an object."""


class StreamingUpload:
    """One upload. The object store reads from it as from a file; a read waits until the bytes are written."""

    def __init__(  # noqa: PLR0917  # what to upload, where to, and who listens
        self,
        objects: ObjectStore,
        file: Path,
        header: int,
        part: str,
        sizes: UploadSizes,
        listener: Listener | None = None,
    ) -> None:
        self.failure: Exception | None = None
        self._listener, self._passed_on = listener, 0
        self._objects, self._path, self._header, self._part = objects, file, header, part
        self._sizes = sizes
        self._phase, self._changed = _Phase.GROWING, threading.Condition()
        self._file = os.open(file, os.O_RDWR)
        self._sent = self._released = 0
        self._is_waiting = True
        self._parts: list[ObjectInfo] = []
        self._thread = threading.Thread(target=self._run, name="upload", daemon=True)

    def start(self) -> None:
        """Start uploading."""
        self._thread.start()

    @property
    def backlog_bytes(self) -> int:
        """Bytes behind the header that are still in the file; 0 while the upload waits for more."""
        if self._is_waiting:
            return 0
        return os.fstat(self._file).st_size - self._header - self._released

    def check_unchanged(self) -> None:
        """Check that ffmpeg did not rewrite what had been uploaded.

        Raises:
            OutputMismatch: it did.
        """
        end = self._header + self._released
        if first_data(self._file, self._header, end) < end:
            raise OutputMismatch("The output was changed after that part of it had been uploaded.")

    def write_head_to(self, into: BinaryIO) -> None:
        """Write the header, as it is now."""
        for begin in range(0, self._header, _SLICE_BYTES):  # noqa: FURB122  # `into` has only `write`
            into.write(os.pread(self._file, min(_SLICE_BYTES, self._header - begin), begin))

    def write_to(self, into: BinaryIO) -> None:
        """Write the whole output; what was uploaded is downloaded again."""
        body = self._body()
        self.write_head_to(into)
        self._objects.read_into(body.name, body.generation, into)

    def heard(self) -> Heard | None:
        """Upload the rest; return what the listener measured of all, if there is one and it did not fail."""
        if self._listener is None:
            return None
        self._body()
        return self._listener.finish()

    def compose(self, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
        """Create the object from header and body, or replace that generation of it.

        Raises:
            AlreadyExists: there is another generation.
            Unavailable: the upload failed.
        """
        return self._objects.compose([self._head(), self._body()], name, content_type, replacing)

    def discard(self) -> None:
        """Stop uploading, and delete the parts. Idempotent.

        A thread that is waiting for the bucket is left behind, and ends with its request.
        """
        self._enter(_Phase.ABANDONED)
        if self._listener:
            self._listener.stop()
        self._thread.join(_GRACE_S)
        if self._thread.is_alive():
            return
        self._close()
        while self._parts:
            self._objects.delete(self._parts.pop().name)

    # What the object store calls, as of a file.

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._sent

    def seek(self, position: int) -> int:
        """Go back to a byte that the bucket has not received."""
        if position < self._released:
            raise OSError("Bytes that the bucket had confirmed were requested again.")
        self._sent = position
        return position

    def read(self, size: int) -> bytes:
        """Wait for the next bytes, fewer only at the end. The bucket has the previous ones."""
        self._release()
        self._is_waiting = True
        with self._changed:
            while not self._may_read(size):
                self._changed.wait(_POLL_S)
        self._is_waiting = False
        data = os.pread(self._file, size, self._header + self._sent)
        self._pass_on(data)
        self._sent += len(data)
        return data

    def _pass_on(self, data: bytes) -> None:
        """Give the listener what it has not had; the bucket may request bytes again."""
        new = data[max(0, self._passed_on - self._sent) :]
        if self._listener and new:
            self._listener.write(new)
        self._passed_on = max(self._passed_on, self._sent + len(data))

    def _may_read(self, size: int) -> bool:
        if self._phase is _Phase.ABANDONED:
            raise _Abandoned
        written = os.fstat(self._file).st_size - self._header - self._sent
        return self._phase is _Phase.COMPLETE or written >= size + self._sizes.tail_bytes

    def _release(self) -> None:
        """Punch a hole where the bucket has the bytes; the end stays, because the verification reads it."""
        if self._phase is _Phase.GROWING and self._sent > self._released:
            punch_hole(self._file, self._header + self._released, self._header + self._sent)
            self._released = self._sent

    def _run(self) -> None:
        try:
            if self._listener:
                self.write_head_to(cast("BinaryIO", self._listener))
            self._parts.append(self._objects.upload_stream(cast("BinaryIO", self), f"{self._part}.body"))
        except _Abandoned:
            pass
        except Exception as failure:  # noqa: BLE001  # raised in the thread that needs the object
            self.failure = failure
        if self._phase is _Phase.ABANDONED:
            self._close()

    def _close(self) -> None:
        with self._changed:
            if self._file >= 0:
                os.close(self._file)
            self._file = -1

    def _enter(self, phase: _Phase) -> None:
        with self._changed:
            self._phase = max(self._phase, phase)
            self._changed.notify_all()

    def _body(self) -> ObjectInfo:
        self._enter(_Phase.COMPLETE)
        self._thread.join()
        if self.failure:
            raise self.failure
        return _named(self._parts, f"{self._part}.body")

    def _head(self) -> ObjectInfo:
        name, file = f"{self._part}.head", self._path.with_suffix(".head")
        if not any(part.name == name for part in self._parts):
            with file.open("wb") as head:
                self.write_head_to(head)
            self._parts.append(self._objects.upload(file, name, "application/octet-stream"))
        return _named(self._parts, name)


def _named(parts: Sequence[ObjectInfo], name: str) -> ObjectInfo:
    return next(part for part in parts if part.name == name)
