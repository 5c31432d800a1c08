"""Fetches an upload: a small one into a file; of a large one only both ends, if the rest can be streamed.

On Cloud Functions the temporary folder is memory, of which 60 minutes of WAV would take 600 MiB. ffmpeg reads
some containers from a pipe as well as from a file, so their bytes go from the bucket straight into it. Both
ends of the upload tell what has to be known beforehand: how long it is, and whether it is complete. The file
between them is a hole, which takes no space.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, cast

from shared.domain.errors import ConversionTimedOut, Unavailable

from ..checkpoint import UNBOUNDED, Checkpoint
from ..containers.audio_begin import audio_begin
from ..containers.reader import Reader, unless_complex
from ..containers.streamable import is_streamable, may_hold_video
from ..containers.trailing_tags import has_trailing_tags, remove_trailing_tags
from ..watched import fetch_watched
from ..workspace import MIB, DiskQuota
from .content_encoding import Decoder, is_encoded
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
# Tags and covers, behind which the head continues. Longer ones are fetched with the whole upload.
_MAX_TAG_BYTES = 26 * MIB
# Tags may follow each other.
_MAX_STEPS = 4
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
        max_bytes: of an upload whose Content-Encoding is undone.
        checkpoint: of the attempt.
    """

    objects: ObjectStore
    upload: Upload
    file: Path
    quota: DiskQuota = DiskQuota()  # noqa: RUF009  # immutable
    stream_from: int = STREAM_FROM_BYTES
    end_bytes: int = END_BYTES
    max_bytes: float = float("inf")
    checkpoint: Checkpoint = UNBOUNDED

    def fetch(self, log: Log) -> FetchedSource:
        """Fetch both ends of the upload if the rest can be streamed, or else all of it.

        Raises:
            DiskQuotaExceeded: it cannot be streamed, and is too large for the workspace.
            TooLarge, Damaged, Truncated, UnsupportedEncoding: it is compressed and too large, or cannot be
                decompressed.
            Unavailable: the bucket did not send it in the time of the attempt.
            Stale, LeaseLost: it was deleted or replaced, or its task was.
        """
        with log.timed("downloaded", bytes=self.upload.size_bytes) as line:
            fetched = self._fetch_ends() or self.fetch_whole()
            line["streamed"] = fetched.write_to is not None
        return fetched

    def fetch_whole(self) -> FetchedSource:
        """Fetch the whole upload, as `fetch` does if it cannot be streamed."""
        self.quota.check_size(self.upload.size_bytes)
        with self.file.open("wb") as whole:
            self._fetch_into(whole, self._decoded if is_encoded(self.upload) else self._read_into)
        remove_trailing_tags(self.file, self.checkpoint)
        return FetchedSource(self.file)

    def _fetch_ends(self) -> FetchedSource | None:
        """Fetch both ends into a sparse file; None if the rest cannot be streamed."""
        size = self.upload.size_bytes
        if size < max(self.stream_from, 2 * self.end_bytes):
            return None
        head = BytesIO()
        begin = self._fetch_head(head)
        if not unless_complex(partial(is_streamable, size=size), begin, unknown=False):
            return None
        if may_hold_video(begin):
            longer = begin.size + (_VIDEO_HEAD_RATIO - 1) * self.end_bytes
            self._fetch_range(head, range(begin.size, min(size, longer)))
        with self.file.open("wb") as ends:
            ends.truncate(size)
            ends.write(head.getvalue())
            ends.seek(size - self.end_bytes)
            self._fetch_range(ends, range(size - self.end_bytes, size))
        write_to = pipe_writer(self.file, self._read_into)
        has_tags = write_to and has_trailing_tags(self.file, self.checkpoint)
        return FetchedSource(self.file, write_to) if write_to and not has_tags else None

    def _fetch_head(self, head: BytesIO) -> Reader:
        """Fetch the tags at the beginning, and as much audio behind them as each end has."""
        size, wanted = self.upload.size_bytes, self.end_bytes
        for _ in range(_MAX_STEPS):
            self._fetch_range(head, range(head.tell(), wanted))
            begin = Reader.of(head.getvalue(), self.checkpoint)
            audio = unless_complex(audio_begin, begin, unknown=0)
            behind_tags = min(audio + self.end_bytes, size)
            if behind_tags <= wanted or audio > _MAX_TAG_BYTES:
                break
            wanted = behind_tags
        return begin

    def _fetch_range(self, into: BinaryIO, span: range) -> None:
        self._fetch_into(into, partial(self._read_into, span=span))

    def _fetch_into(self, into: BinaryIO, write_to: Callable[[BinaryIO], None]) -> None:
        try:
            fetch_watched(write_to, into, self.checkpoint)
        except ConversionTimedOut as error:  # the file is not at fault
            raise Unavailable("The upload could not be fetched in the time of an attempt.") from error

    def _decoded(self, into: BinaryIO) -> None:
        decoder = Decoder(into, self.upload.content_encoding, self.max_bytes, self.quota)
        self._read_into(cast("BinaryIO", decoder))
        decoder.close()

    def _read_into(self, into: BinaryIO, span: range | None = None) -> None:
        self.objects.read_into(self.upload.object, self.upload.generation, into, span)
