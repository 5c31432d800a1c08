"""Levels of sound that passes by as 16-bit samples: a waveform's peaks, loudness of the whole, silent ends.

pydub's `AudioSegment` looks at one short stretch at a time; what is kept does not grow with the length.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from shared.media import Levels

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE_BYTES = 2
FULL_SCALE = 32_768
PEAKS = 200
SILENCE_DBFS = -50.0
# Stretches measured while the sound passes by; when there are more, each two become one.
_MOST_STRETCHES = 8 * PEAKS
_FIRST_STRETCH_S = 0.02


@cache
def _audio_segment() -> Any:  # noqa: ANN401  # pydub is untyped
    with warnings.catch_warnings():
        # It looks for ffmpeg, which it is never asked to use here, and imports what Python 3.13 drops.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment  # noqa: PLC0415  # only a conversion needs it: start-up
    return AudioSegment


def _segment(data: bytes, rate_hz: int, channels: int) -> Any:  # noqa: ANN401  # as above
    """The samples as pydub's `AudioSegment`; whole frames only."""
    kind = _audio_segment()
    return kind(data=data, sample_width=SAMPLE_BYTES, frame_rate=rate_hz, channels=channels)


@dataclass
class Meter:
    """Takes interleaved 16-bit samples in chunks of any size.

    Attributes:
        rate_hz: samples a second in each channel.
        frames: taken so far; a frame is one sample of each channel.
    """

    rate_hz: int
    channels: int
    expected_s: float | None = None
    frames: int = 0
    _peaks: list[int] = field(default_factory=list)
    _stretch: int = 0
    _rest: bytes = b""
    _energy: float = 0.0

    def __post_init__(self) -> None:
        _audio_segment()
        seconds = max(_FIRST_STRETCH_S, (self.expected_s or 0.0) / (_MOST_STRETCHES // 2))
        self._stretch = max(1, round(seconds * self.rate_hz))

    @property
    def seconds(self) -> float:
        """Length of what has passed by."""
        return (self.frames + len(self._rest) // self._frame_bytes) / self.rate_hz

    @property
    def peak(self) -> float:
        """Highest sample so far, 0 to 1."""
        return max(self._peaks, default=0) / FULL_SCALE

    @property
    def loudest_s(self) -> float:
        """Where the loudest stretch lies, in seconds from the beginning."""
        loudest = max(range(len(self._peaks)), key=self._peaks.__getitem__, default=0)
        return (loudest + 0.5) * self._stretch / self.rate_hz

    def feed(self, data: bytes) -> None:
        """Measure what has come; an incomplete stretch waits for its rest."""
        self._rest += data
        for part in self._stretches():
            self._measure(part)

    def close(self) -> None:
        """Measure the last, shorter stretch."""
        whole = len(self._rest) // self._frame_bytes * self._frame_bytes
        if whole:
            self._measure(self._rest[:whole])
        self._rest = b""

    def levels(self) -> Levels:
        """Of everything that has passed by."""
        return Levels(
            tuple(round(peak / FULL_SCALE, 4) for peak in thinned(self._peaks, PEAKS)),
            _decibels(self.peak),
            _decibels(math.sqrt(self._energy / self.frames) / FULL_SCALE if self.frames else 0.0),
        )

    @property
    def _frame_bytes(self) -> int:
        return SAMPLE_BYTES * self.channels

    def _stretches(self) -> Iterator[bytes]:
        begin = 0
        while len(self._rest) - begin >= (size := self._stretch * self._frame_bytes):
            yield self._rest[begin : begin + size]
            begin += size
        self._rest = self._rest[begin:]

    def _measure(self, part: bytes) -> None:
        sound = _segment(part, self.rate_hz, self.channels)
        frames = len(part) // self._frame_bytes
        self._peaks.append(sound.max)
        self._energy += sound.rms**2 * frames
        self.frames += frames
        if len(self._peaks) >= _MOST_STRETCHES:
            self._peaks = [max(self._peaks[n : n + 2]) for n in range(0, len(self._peaks), 2)]
            self._stretch *= 2


@dataclass
class SilentEnds:
    """Finds where the sound begins and ends: what lies outside stays below `SILENCE_DBFS`.

    Whole chunks are looked at first; only the first and the last loud one are looked at closely.
    """

    rate_hz: int
    channels: int
    _frames: int = 0
    _rest: bytes = b""
    _begin: int | None = None
    _last: tuple[int, bytes] | None = None

    def __post_init__(self) -> None:
        _audio_segment()

    def feed(self, data: bytes) -> None:
        """Look at what has come."""
        frame_bytes = SAMPLE_BYTES * self.channels
        chunk = self._rest + data
        whole = len(chunk) // frame_bytes * frame_bytes
        chunk, self._rest = chunk[:whole], chunk[whole:]
        if self._is_loud(chunk):
            if self._begin is None:
                self._begin = self._frames + self._loud_steps(chunk)[0]
            self._last = (self._frames, chunk)
        self._frames += whole // frame_bytes

    def sound(self) -> tuple[float, float] | None:
        """Beginning and end of the sound in seconds; None if there is none."""
        if self._begin is None or self._last is None:
            return None
        offset, chunk = self._last
        end = offset + self._loud_steps(chunk)[-1] + self._step
        return self._begin / self.rate_hz, min(end, self._frames) / self.rate_hz

    @property
    def _step(self) -> int:
        """Frames looked at together: 10 ms."""
        return max(1, self.rate_hz // 100)

    def _loud_steps(self, chunk: bytes) -> list[int]:
        size = self._step * SAMPLE_BYTES * self.channels
        starts = range(0, len(chunk), size)
        return [n * self._step for n, at in enumerate(starts) if self._is_loud(chunk[at : at + size])]

    def _is_loud(self, part: bytes) -> bool:
        return bool(_segment(part, self.rate_hz, self.channels).max > FULL_SCALE * 10 ** (SILENCE_DBFS / 20))


def thinned(peaks: list[int], most: int) -> list[int]:
    """At most so many, each the highest of equally many neighbours."""
    if len(peaks) <= most:
        return peaks
    edges = [n * len(peaks) // most for n in range(most + 1)]
    return [max(peaks[begin:end]) for begin, end in pairwise(edges)]


def _decibels(ratio: float) -> float | None:
    return round(20 * math.log10(ratio), 2) if ratio else None
