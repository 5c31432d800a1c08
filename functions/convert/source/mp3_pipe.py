"""Writes an MP3 into a pipe so that ffmpeg decodes the same samples from it as from the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, cast

from ..containers.ape import ID3V1, ID3V1_BYTES
from ..containers.ape import MAGIC as APE
from ..containers.mp3 import is_mp3, xing_of
from ..containers.reader import reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Tags behind the audio, or before ID3v1, that ffmpeg skips in a file and not in a pipe.
_OTHER_TAGS, _TAG_BYTES = (APE, b"LYRICS200", b"LYRICSEND"), 160


class Mp3PipeWriter:
    """Leaves out ID3v1, and the length of the file in the Xing frame.

    ffmpeg ignores the Xing frame's gapless figures where its length is not the input's, and a pipe has none.
    Where the frame states no length, ffmpeg uses the figures.
    """

    def __init__(self, into: BinaryIO, length_at: int, end: int) -> None:
        self._into, self._zeroed, self._end = into, range(length_at, length_at + 4), end
        self._position = 0

    def write(self, data: bytes) -> int:
        """Write the next bytes."""
        begin, self._position = self._position, self._position + len(data)
        if begin < self._end:
            self._into.write(self._without_length(data[: self._end - begin], begin))
        return len(data)

    def _without_length(self, data: bytes, begin: int) -> bytes:
        if begin >= self._zeroed.stop:
            return data
        changed = bytearray(data)
        for position in self._zeroed:
            if begin <= position < begin + len(changed):
                changed[position - begin] = 0
        return bytes(changed)


def pipe_writer(file: Path, write_to: Callable[[BinaryIO], None]) -> Callable[[BinaryIO], None] | None:
    """Return what writes a source into a pipe; None if the tags behind its audio must not be in one.

    Args:
        file: the source's two ends, in a sparse file of its length.
        write_to: writes all of the source's bytes.
    """
    with reading(file) as data:
        if not is_mp3(data.at(0, 16)):
            return write_to
        xing, tail, size = xing_of(data), data.tail(_TAG_BYTES), data.size
    if xing is None or any(tag in tail for tag in _OTHER_TAGS):
        return None
    audio_end = size - ID3V1_BYTES if tail[-ID3V1_BYTES:].startswith(ID3V1) else size
    return lambda into: write_to(cast("BinaryIO", Mp3PipeWriter(into, xing.length_at, audio_end)))
