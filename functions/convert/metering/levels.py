"""Levels of sound that passes by as 16-bit samples: a waveform's peaks, loudness of the whole, silent ends.

pydub's `AudioSegment` looks at one short stretch at a time; what is kept does not grow with the length.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

from shared.domain.media import Levels

from .samples import FULL_SCALE, SAMPLE_BYTES, pydub, segment
from .waveform import Waveform

PEAKS = 200
SILENCE_DBFS = -50.0


@dataclass
class Meter:
    """Takes interleaved 16-bit samples in chunks of any size.

    Attributes:
        rate_hz: samples a second in each channel.
        expected_s: the length, where it is known.
        waveform: of everything that has passed by.
    """

    rate_hz: int
    channels: int
    expected_s: float | None = None
    waveform: Waveform = field(init=False)
    _rest: bytes = b""
    _energy: float = 0.0

    def __post_init__(self) -> None:
        pydub()
        self.waveform = Waveform(self.rate_hz, self.channels, self.expected_s)

    @property
    def seconds(self) -> float:
        """Length of what has passed by."""
        return self.waveform.frames / self.rate_hz

    @property
    def peak(self) -> float:
        """Highest sample so far, 0 to 1."""
        return self.waveform.peak / FULL_SCALE

    @property
    def loudest_s(self) -> float:
        """Where the loudest stretch lies, in seconds from the beginning."""
        peaks = self.waveform.peaks
        loudest = max(range(len(peaks)), key=peaks.__getitem__, default=0)
        return (loudest + 0.5) * self.waveform.stretch / self.rate_hz

    def feed(self, data: bytes | memoryview) -> None:
        """Measure what has come; an incomplete frame waits for its rest."""
        frame_bytes = SAMPLE_BYTES * self.channels
        chunk = memoryview(self._rest + data if self._rest else data)
        whole = len(chunk) - len(chunk) % frame_bytes
        self._rest = bytes(chunk[whole:])
        if whole:
            sound = segment(chunk[:whole], self.rate_hz, self.channels)
            self._energy += sound.rms**2 * (whole // frame_bytes)
            self.waveform.take(sound.raw_data)

    def levels(self) -> Levels:
        """Of everything that has passed by."""
        peaks, frames = self.waveform.peaks, self.waveform.frames
        return Levels(
            tuple(round(peak / FULL_SCALE, 4) for peak in thinned(peaks, PEAKS)),
            _decibels(self.peak),
            _decibels(math.sqrt(self._energy / frames) / FULL_SCALE if frames else 0.0),
        )


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
        pydub()

    def feed(self, data: bytes | memoryview) -> None:
        """Look at what has come."""
        frame_bytes = SAMPLE_BYTES * self.channels
        chunk = self._rest + bytes(data)
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
        return bool(segment(part, self.rate_hz, self.channels).max > FULL_SCALE * 10 ** (SILENCE_DBFS / 20))


def thinned(peaks: list[int], most: int) -> list[int]:
    """At most so many, each the highest of equally many neighbours."""
    if len(peaks) <= most:
        return peaks
    edges = [n * len(peaks) // most for n in range(most + 1)]
    return [max(peaks[begin:end]) for begin, end in pairwise(edges)]


def _decibels(ratio: float) -> float | None:
    return round(20 * math.log10(ratio), 2) if ratio else None
