"""Fetches an upload: a small one into a file; of a large one only both ends, if the rest can be streamed.

On Cloud Functions the temporary folder is memory, of which 60 minutes of WAV would take 600 MiB. ffmpeg reads
some containers from a pipe as well as from a file, so their bytes go from the bucket straight into it. Both
ends of the upload tell what has to be known beforehand: how long it is, and whether it is complete. The file
between them is a hole, which takes no space.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from ..containers.streamable import is_streamable, may_hold_video
from ..containers.trailing_tags import has_trailing_tags, remove_trailing_tags
from ..workspace import MIB, DiskQuota
from .mp3_pipe import pipe_writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shared.domain.files import Upload
    from shared.ports.objects import ObjectStore
    from shared.runtime.log import Log

# Below this size, streaming would save less than it costs.
STREAM_FROM_BYTES = 16 * MIB
END_BYTES = 2 * MIB
# The head is this many times as long if there may be video: ffmpeg reads 5 MB to find all streams.
_VIDEO_HEAD_RATIO = 3


@dataclass(frozen=True, slots=True)
class FetchedSource:
    """An upload that ffmpeg can read.

    Attributes:
        write_to: writes its bytes into a pipe, if the file holds only both ends; None if the file is whole.
    """

    file: Path
    write_to: Callable[[BinaryIO], None] | None = None


@dataclass(frozen=True, slots=True)
class SourceFetcher:
    """Fetches one upload.

    Attributes:
        file: where to put it; ffmpeg runs in its folder.
        stream_from: smallest upload to stream, in bytes.
        end_bytes: length of each end.
    """

    objects: ObjectStore
    upload: Upload
    file: Path
    quota: DiskQuota = DiskQuota()  # noqa: RUF009  # immutable
    stream_from: int = STREAM_FROM_BYTES
    end_bytes: int = END_BYTES

    def fetch(self, log: Log) -> FetchedSource:
        """Fetch both ends of the upload if the rest can be streamed, or else all of it.

        Raises:
            DiskQuotaExceeded: it cannot be streamed, and is too large for the workspace.
            Stale: it was deleted or replaced.
        """
        with log.timed("downloaded", bytes=self.upload.size_bytes) as line:
            fetched = self._fetch_ends() or self.fetch_whole()
            line["streamed"] = fetched.write_to is not None
        return fetched

    def fetch_whole(self) -> FetchedSource:
        """Fetch the whole upload, as `fetch` does if it cannot be streamed."""
        self.quota.check_size(self.upload.size_bytes)
        self.objects.download(self.upload.object, self.upload.generation, self.file)
        remove_trailing_tags(self.file)
        return FetchedSource(self.file)

    def _fetch_ends(self) -> FetchedSource | None:
        """Fetch both ends into a sparse file; None if the rest cannot be streamed."""
        size = self.upload.size_bytes
        if size < max(self.stream_from, 2 * self.end_bytes):
            return None
        head = BytesIO()
        self._read_into(head, range(self.end_bytes))
        if not is_streamable(head.getvalue(), size):
            return None
        if may_hold_video(head.getvalue()):
            self._read_into(head, range(self.end_bytes, min(size, _VIDEO_HEAD_RATIO * self.end_bytes)))
        with self.file.open("wb") as ends:
            ends.truncate(size)
            ends.write(head.getvalue())
            ends.seek(size - self.end_bytes)
            self._read_into(ends, range(size - self.end_bytes, size))
        write_to = pipe_writer(self.file, self._read_into)
        return FetchedSource(self.file, write_to) if write_to and not has_trailing_tags(self.file) else None

    def _read_into(self, into: BinaryIO, span: range | None = None) -> None:
        self.objects.read_into(self.upload.object, self.upload.generation, into, span)
