"""An output that leaves for the bucket while ffmpeg still writes it, all but its head, which is written last.

What lies between the head and the last few megabytes goes into a part object, piece by piece, and becomes a
hole in the file. The last piece waits until somebody wants the whole: until then the bucket has no object.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, BinaryIO, cast

from shared.domain.errors import OutputMismatch

from .header_size import MIB, SOUND_BYTES, head_bytes
from .sparse_file import first_data, punch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shared.ports.objects import ObjectInfo, ObjectStore

_LOOK_S = 0.02
_SLICE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of an output lies in its file, in bytes.

    Attributes:
        start: beyond its head, from which on it leaves; below, one request at the end is less trouble.
        sound: kept behind tags and cover.
        tail: kept of the end as far as it is written; a probe reads it.
        backlog: beyond the head, from which on ffmpeg has to wait.
    """

    start: int = 16 * MIB
    sound: int = SOUND_BYTES
    tail: int = 2 * MIB
    backlog: int = 24 * MIB


class _Phase(IntEnum):
    WRITTEN_ON = 0
    WANTED = 1
    ABANDONED = 2


class _Abandoned(Exception):  # no error: somebody has decided so
    """The upload ends without an object."""


class StreamingUpload:
    """One output; to the store it is something to read from, which makes it wait for what is to come."""

    def __init__(self, objects: ObjectStore, file: Path, part: str, sizes: Sizes) -> None:
        self.failure: Exception | None = None
        self._objects, self._path, self._part, self._sizes = objects, file, part, sizes
        self._phase, self._changed = _Phase.WRITTEN_ON, threading.Condition()
        self._file = os.open(file, os.O_RDWR)
        self._begin = head_bytes(file, sizes.sound)
        self._sent = self._released = 0
        self._waits = True
        self._parts: list[ObjectInfo] = []
        self._thread = threading.Thread(target=self._run, name="outflow", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    @property
    def backlog(self) -> int:
        """Bytes behind the head that still lie here; 0 while more has to come before any can be sent."""
        return 0 if self._waits else os.fstat(self._file).st_size - self._begin - self._released

    def check_untouched(self) -> None:
        """Make sure that ffmpeg has not gone back to what had left already.

        Raises:
            OutputMismatch: it has.
        """
        end = self._begin + self._released
        if first_data(self._file, self._begin, end) < end:
            raise OutputMismatch("The output was changed after that part of it had been uploaded.")

    def pour_head(self, into: BinaryIO) -> None:
        """Write the head, as it is now."""
        places = range(0, self._begin, _SLICE_BYTES)
        for place in places:  # noqa: FURB122  # a child's mouth has no more than `write`
            into.write(os.pread(self._file, min(_SLICE_BYTES, self._begin - place), place))

    def pour(self, into: BinaryIO) -> None:
        """Write the whole output; what has left comes back from the bucket."""
        body = self._body()
        self.pour_head(into)
        self._objects.read_into(body.name, body.generation, into)

    def compose(self, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
        """Make the object from head and body, or replace that generation of it.

        Raises:
            AlreadyExists: there is another one.
            Unavailable: not everything could be sent.
        """
        parts = [self._head(), self._body()]
        return self._objects.compose(parts, name, content_type, replacing)

    def discard(self) -> None:
        """End what is under way, and remove the parts; more than once is the same as once."""
        self._enter(_Phase.ABANDONED)
        self._thread.join()
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        while self._parts:
            self._objects.delete(self._parts.pop().name)

    # What the store reads.

    def tell(self) -> int:
        """How many bytes have been read."""
        return self._sent

    def seek(self, place: int) -> int:
        """Go back to what has not arrived."""
        if place < self._released:
            raise OSError("What had arrived is to be sent again.")
        self._sent = place
        return place

    def read(self, size: int) -> bytes:
        """The next bytes, less only at the very end; waits for them. Those before have arrived."""
        self._release()
        self._waits = True
        with self._changed:
            while not self._may_read(size):
                self._changed.wait(_LOOK_S)
        self._waits = False
        data = os.pread(self._file, size, self._begin + self._sent)
        self._sent += len(data)
        return data

    def _may_read(self, size: int) -> bool:
        if self._phase is _Phase.ABANDONED:
            raise _Abandoned
        written = os.fstat(self._file).st_size - self._begin - self._sent
        return self._phase is _Phase.WANTED or written >= size + self._sizes.tail

    def _release(self) -> None:
        """Make a hole of what has arrived, but for the end: that is kept for whoever looks at it."""
        if self._phase is _Phase.WRITTEN_ON and self._sent > self._released:
            punch(self._file, self._begin + self._released, self._begin + self._sent)
            self._released = self._sent

    def _run(self) -> None:
        try:
            self._parts.append(self._objects.upload_stream(cast("BinaryIO", self), f"{self._part}.body"))
        except _Abandoned:
            pass
        except Exception as failure:  # noqa: BLE001  # handed to whoever wants the object
            self.failure = failure

    def _enter(self, phase: _Phase) -> None:
        with self._changed:
            self._phase = max(self._phase, phase)
            self._changed.notify_all()

    def _body(self) -> ObjectInfo:
        self._enter(_Phase.WANTED)
        self._thread.join()
        if self.failure:
            raise self.failure
        return _named(self._parts, f"{self._part}.body")

    def _head(self) -> ObjectInfo:
        name, file = f"{self._part}.head", self._path.with_suffix(".head")
        if not any(part.name == name for part in self._parts):
            with file.open("wb") as head:
                self.pour_head(head)
            self._parts.append(self._objects.upload(file, name, "application/octet-stream"))
        return _named(self._parts, name)


def _named(parts: Sequence[ObjectInfo], name: str) -> ObjectInfo:
    return next(part for part in parts if part.name == name)
