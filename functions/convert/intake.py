"""How an upload reaches ffmpeg: small ones as a file, large ones as a stream of which only the ends are kept.

On Cloud Functions the temporary folder is memory: 60 minutes of WAV would take 600 MiB of it. ffmpeg reads
some containers from a pipe as well as from a file, so their bytes go straight from the bucket into it. What
has to be looked at before (how long is it, is it whole) lies at the two ends; between them the file is a hole
that takes no room.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from shared.errors import ConversionError

from .completeness import check_complete
from .flac import flac_audio_begin
from .probe import probe
from .room import Room
from .stuck import cut, is_stuck

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shared.log import Log
    from shared.ports import ObjectStore
    from shared.task import Probe, Upload

    from .tools import Tools

MIB = 1 << 20
# Below, a file costs less than it would save.
STREAM_FROM_BYTES = 16 * MIB
END_BYTES = 2 * MIB


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known of an upload, and how to read it.

    Attributes:
        feed: writes its bytes; None where they all lie in the file.
    """

    found: Probe
    feed: Callable[[BinaryIO], None] | None


@dataclass(frozen=True, slots=True)
class Intake:
    """Fetches as much of an upload as has to lie in a file, and looks at it.

    Attributes:
        file: where to put it; ffmpeg runs beside it.
        stream_from: bytes from which on an upload may be streamed.
        end_bytes: kept of each end then.
        room: what may lie in the folder.
    """

    objects: ObjectStore
    tools: Tools
    upload: Upload
    file: Path
    stream_from: int = STREAM_FROM_BYTES
    end_bytes: int = END_BYTES
    room: Room = Room()  # noqa: RUF009  # immutable

    def take(self, log: Log) -> Taken:
        """Do it.

        Raises:
            ConversionError: the upload is cut, or not audio.
            Stale: it is gone.
        """
        with log.timed("downloaded", bytes=self.upload.size_bytes) as line:
            large = self.upload.size_bytes >= max(self.stream_from, 2 * self.end_bytes)
            streamed = large and self._fetch_ends()
            if not streamed:
                self._fetch_all()
            line["streamed"] = streamed
        with log.timed("probed") as line:
            found = self._look_at_ends() if streamed else None
            feed = None if found is None else self._pour
            if found is None:
                found = self._look_at_all(fetched=not streamed)
            line.update(container=found.container, codec=found.codec, seconds=found.duration_s)
        return Taken(found, feed)

    def _pour(self, into: BinaryIO, span: range | None = None) -> None:
        self.objects.pour(self.upload.object, self.upload.generation, into, span)

    def _fetch_all(self) -> None:
        self.room.check_need(self.upload.size_bytes)
        self.objects.download(self.upload.object, self.upload.generation, self.file)
        cut(self.file)

    def _fetch_ends(self) -> bool:
        """Put head and end where they belong, if what lies there allows to stream the rest."""
        size = self.upload.size_bytes
        head = BytesIO()
        self._pour(head, range(self.end_bytes))
        if not _may_stream(head.getvalue(), size):
            return False
        with self.file.open("wb") as sketch:
            sketch.truncate(size)
            sketch.write(head.getvalue())
            sketch.seek(size - self.end_bytes)
            self._pour(sketch, range(size - self.end_bytes, size))
        return True

    def _look_at_ends(self) -> Probe | None:
        """What the ends tell; None if that is not enough for a verdict or a plan."""
        try:
            check_complete(self.file)
            found = probe(self.tools, self.file)
            if is_stuck(self.file):
                return None
        except ConversionError:
            return None
        return found if found.duration_s else None

    def _look_at_all(self, *, fetched: bool) -> Probe:
        if not fetched:
            self._fetch_all()
        check_complete(self.file)
        return probe(self.tools, self.file)


def _may_stream(head: bytes, size: int) -> bool:
    """Whether ffmpeg finds in a pipe all that it finds in a file of this kind.

    WAV: if nothing follows the sound (tags there are not read from a pipe). FLAC: if tags and cover end
    within the head. Ogg: if its comments do. Not MP3: in a pipe its padding at the end is taken for sound.
    """
    if head[:4] in {b"RIFF", b"RF64"} and head[8:12] == b"WAVE":
        return _ends_with_sound(head, size)
    if head[:4] == b"OggS":
        return head.count(b"OggS") > 2  # noqa: PLR2004  # headers, and then sound
    return head[:4] == b"fLaC" and flac_audio_begin(head) < len(head) // 2


def _ends_with_sound(head: bytes, size: int) -> bool:
    position = 12
    while position + 8 <= len(head):
        name, length = struct.unpack_from("<4sI", head, position)
        if name == b"data":
            return bool(position + 8 + length + length % 2 == size)
        position += 8 + length + length % 2
    return False
