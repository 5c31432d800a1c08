"""How an MP3 is written into a pipe, so that it is heard as its file is: without padding and without tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, cast

from ..containers.mp3 import is_mp3, xing_of
from ..containers.trailing_tags import APE, ID3V1, ID3V1_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# What may end behind an MP3's sound, or just before ID3v1, which ffmpeg leaves out in a file.
_OTHER_TAGS, _TAG_BYTES = (APE, b"LYRICS200", b"LYRICSEND"), 160


class PipedMp3:
    """Writes an MP3 so that a pipe of it is heard as its file is.

    ffmpeg takes the figures in the Xing frame, by which it cuts off the padding, for wrong where the length
    there is not the file's; a pipe has none. Without that length it takes them as they are.
    """

    def __init__(self, into: BinaryIO, length_at: int, end: int) -> None:
        self._into, self._erased, self._end = into, range(length_at, length_at + 4), end
        self._place = 0

    def write(self, data: bytes) -> int:
        """The next bytes."""
        begin, self._place = self._place, self._place + len(data)
        if begin < self._end:
            self._into.write(self._without_length(data[: self._end - begin], begin))
        return len(data)

    def _without_length(self, data: bytes, begin: int) -> bytes:
        if begin >= self._erased.stop:
            return data
        changed = bytearray(data)
        for place in self._erased:
            if begin <= place < begin + len(changed):
                changed[place - begin] = 0
        return bytes(changed)


def feed_of(file: Path, pour: Callable[[BinaryIO], None]) -> Callable[[BinaryIO], None] | None:
    """How to write a source into a pipe; None if what is stuck behind its sound forbids that.

    Args:
        file: with its head and its end, and as long as it is.
        pour: writes all of it.
    """
    size = file.stat().st_size
    with file.open("rb") as data:
        if not is_mp3(data.read(16)):
            return pour
        xing = xing_of(data)
        data.seek(max(0, size - _TAG_BYTES))
        end = data.read()
    if xing is None or any(tag in end for tag in _OTHER_TAGS):
        return None
    sound_end = size - ID3V1_BYTES if end[-ID3V1_BYTES:].startswith(ID3V1) else size
    return lambda into: pour(cast("BinaryIO", PipedMp3(into, xing.length_at, sound_end)))
