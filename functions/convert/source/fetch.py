"""How an upload reaches ffmpeg: small ones as a file, large ones as a stream of which only the ends are kept.

On Cloud Functions the temporary folder is memory: 60 minutes of WAV would take 600 MiB of it. ffmpeg reads
some containers from a pipe as well as from a file, so their bytes go straight from the bucket into it. What
has to be looked at before (how long is it, is it whole) lies at the two ends; between them the file is a hole
that takes no room.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from shared.domain.errors import ConversionError

from ..containers.streamable import holds_several, may_stream
from ..containers.trailing_tags import cut, is_stuck
from ..containers.truncation import check_complete
from ..disk_quota import DiskQuota
from ..ffmpeg.probe import probe
from .mp3_pipe import feed_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shared.domain.task import Probe, Upload
    from shared.ports.objects import ObjectStore
    from shared.runtime.log import Log

    from ..ffmpeg.binaries import Tools

MIB = 1 << 20
# Below, a file costs less than it would save.
STREAM_FROM_BYTES = 16 * MIB
END_BYTES = 2 * MIB
# So many times as much of the head, where there may be pictures: ffmpeg looks at 5 MB (its `probesize`).
_SEVERAL = 3


@dataclass(frozen=True, slots=True)
class FetchedSource:
    """What is known of an upload, and how to read it.

    Attributes:
        feed: writes its bytes; None where they all lie in the file.
    """

    found: Probe
    feed: Callable[[BinaryIO], None] | None


@dataclass(frozen=True, slots=True)
class SourceFetcher:
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
    room: DiskQuota = DiskQuota()  # noqa: RUF009  # immutable

    def take(self, log: Log) -> FetchedSource:
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
            taken = self._look_at_ends() if streamed else None
            if taken is None:
                taken = FetchedSource(self._look_at_all(fetched=not streamed), None)
            found = taken.found
            line.update(container=found.container, codec=found.codec, seconds=found.duration_s)
        return taken

    def _pour(self, into: BinaryIO, span: range | None = None) -> None:
        self.objects.read_into(self.upload.object, self.upload.generation, into, span)

    def _fetch_all(self) -> None:
        self.room.check_need(self.upload.size_bytes)
        self.objects.download(self.upload.object, self.upload.generation, self.file)
        cut(self.file)

    def _fetch_ends(self) -> bool:
        """Put head and end where they belong, if what lies there allows to stream the rest."""
        size = self.upload.size_bytes
        head = BytesIO()
        self._pour(head, range(self.end_bytes))
        if not may_stream(head.getvalue(), size):
            return False
        if holds_several(head.getvalue()):
            self._pour(head, range(self.end_bytes, min(size, _SEVERAL * self.end_bytes)))
        with self.file.open("wb") as sketch:
            sketch.truncate(size)
            sketch.write(head.getvalue())
            sketch.seek(size - self.end_bytes)
            self._pour(sketch, range(size - self.end_bytes, size))
        return True

    def _look_at_ends(self) -> FetchedSource | None:
        """What the ends tell; None if that is not enough for a verdict or a plan."""
        try:
            check_complete(self.file)
            found = probe(self.tools, self.file)
            feed = feed_of(self.file, self._pour)
            if is_stuck(self.file) or feed is None:
                return None
        except ConversionError:
            return None
        return FetchedSource(found, feed) if found.duration_s else None

    def _look_at_all(self, *, fetched: bool) -> Probe:
        if not fetched:
            self._fetch_all()
        check_complete(self.file)
        return probe(self.tools, self.file)
