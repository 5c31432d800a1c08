"""What a first ffmpeg makes of a source for another: one layout, with long gaps filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from .timeline import Jump

# Floating point holds what all codecs decode to that can change midway.
WAV_ARGS = ("-c:a", "pcm_f32le", "-f", "wav")
_SAMPLE_BYTES = 4
# ffmpeg's header of a WAV takes less. It ends with the name and the size of this chunk.
_MAX_HEADER_BYTES, _DATA = 4096, b"data"
_SIZE_BYTES = 4
_SILENCE = bytes(1 << 16)


@dataclass(frozen=True, slots=True)
class NormalisedLayout:
    """What a source is converted to first.

    Attributes:
        mix: filters that bring any layout to these channels; empty to leave it to ffmpeg.
        gaps: that are too long for a filter, which keeps the silence in memory.
    """

    rate_hz: int
    channels: int
    mix: tuple[str, ...] = ()
    gaps: tuple[Jump, ...] = ()

    def byte_gaps(self) -> list[tuple[int, int]]:
        """Return position and length of each gap in bytes of samples, without the gaps before it."""
        frame_bytes = self.channels * _SAMPLE_BYTES

        def size(seconds: float) -> int:
            return round(seconds * self.rate_hz) * frame_bytes

        return [(size(gap.at_s), size(gap.seconds)) for gap in self.gaps]


class GapWriter:
    """Writes a WAV on, with silence in its gaps."""

    def __init__(self, into: BinaryIO, gaps: Sequence[tuple[int, int]]) -> None:
        self._into = into
        self._gaps = list(gaps)
        self._header = bytearray()
        self._in_header = True
        self._position = 0

    def write(self, chunk: memoryview) -> None:
        """Write the next bytes of the WAV.

        Raises:
            ValueError: it does not begin with a header.
        """
        if self._in_header:
            chunk = self._after_header(chunk)
        for part in self._parts(chunk):
            self._into.write(part)

    def _after_header(self, chunk: memoryview) -> memoryview:
        self._header += chunk
        data = self._header.find(_DATA)
        if data >= 0 and len(self._header) >= data + len(_DATA) + _SIZE_BYTES:
            end = data + len(_DATA) + _SIZE_BYTES
            self._in_header = False
            self._into.write(self._header[:end])
            return memoryview(bytes(self._header[end:]))
        if len(self._header) > _MAX_HEADER_BYTES:
            raise ValueError("The WAV has no data chunk.")
        return memoryview(b"")

    def _parts(self, chunk: memoryview) -> Iterator[memoryview | bytes]:
        while self._gaps and self._gaps[0][0] <= self._position + len(chunk):
            at, length = self._gaps.pop(0)
            head, chunk = chunk[: at - self._position], chunk[at - self._position :]
            self._position = at
            yield head
            yield from _silence(length)
        self._position += len(chunk)
        yield chunk


def _silence(length: int) -> Iterator[memoryview]:
    for begin in range(0, length, len(_SILENCE)):
        yield memoryview(_SILENCE)[: min(len(_SILENCE), length - begin)]
