"""A waveform: the lowest and the highest sample of each of a bounded number of points of equal length."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import pairwise

from .samples import SAMPLE_BYTES, extremes

# The target leaves room, because files are a little longer than they say.
MAX_POINTS, TARGET_POINTS = 2000, 1900
SHORTEST_POINT_S = 0.005
_BITS, _STEP = 8, 256  # 16 bits become 8


@dataclass
class Waveform:
    """Takes audio in chunks. When it has the maximum of points, each pair becomes one.

    Attributes:
        rate_hz: samples per second in each channel.
        expected_s: duration, where it is known.
        frames: so far; a frame is one sample of each channel.
        frames_per_point: the last point may be shorter.
    """

    rate_hz: int
    channels: int
    expected_s: float | None = None
    frames: int = 0
    frames_per_point: int = 0
    _lows: list[int] = field(default_factory=list)
    _highs: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        seconds = max(SHORTEST_POINT_S, (self.expected_s or 0.0) / TARGET_POINTS)
        self.frames_per_point = max(1, round(seconds * self.rate_hz))

    @property
    def loudest(self) -> int:
        """Number of the first point that has the highest absolute sample; 0 if there is none."""
        if not self._highs:
            return 0
        high, low = max(self._highs), min(self._lows)
        places = [self._highs.index(high)] if high >= -low else []
        return min([*places, self._lows.index(low)] if -low >= high else places)

    @property
    def peak(self) -> int:
        """Highest absolute sample of all."""
        return max(max(self._highs, default=0), -min(self._lows, default=0))

    def peaks(self, most: int) -> list[int]:
        """Return at most so many peaks, each the highest absolute sample of equally many points."""
        count = min(most, len(self._highs))
        edges = [n * len(self._highs) // count for n in range(count + 1)] if count else []
        return [max(*self._highs[a:b], -min(self._lows[a:b])) for a, b in pairwise(edges)]

    def add(self, samples: memoryview) -> None:
        """Add whole frames; the last point may continue in the next ones."""
        frame_bytes, begin = SAMPLE_BYTES * self.channels, 0
        while begin < len(samples):
            left = self.frames_per_point - self.frames % self.frames_per_point
            piece = samples[begin : begin + left * frame_bytes]
            self.add_piece(len(piece) // frame_bytes, *extremes(piece))
            begin += len(piece)

    def add_piece(self, frames: int, low: int, high: int) -> None:
        """Add the extremes of frames that all belong to one point."""
        if self.frames % self.frames_per_point:
            low, high = min(low, self._lows.pop()), max(high, self._highs.pop())
        self._lows.append(low)
        self._highs.append(high)
        self.frames += frames
        self._merge_pairs_when_full()

    def as_json(self) -> str:
        """Return it in the format of BBC's audiowaveform (version 2, 8 bits), with all channels as one."""
        pairs = zip(self._lows, self._highs, strict=True)
        waveform = {
            "version": 2,
            "channels": 1,
            "sample_rate": self.rate_hz,
            "samples_per_pixel": self.frames_per_point,
            "bits": _BITS,
            "length": len(self._lows),
            "data": [int(sample / _STEP) for pair in pairs for sample in pair],
        }
        return json.dumps(waveform, separators=(",", ":"))

    def _merge_pairs_when_full(self) -> None:
        if len(self._lows) == MAX_POINTS and self.frames % self.frames_per_point == 0:
            self._lows = [min(self._lows[n : n + 2]) for n in range(0, MAX_POINTS, 2)]
            self._highs = [max(self._highs[n : n + 2]) for n in range(0, MAX_POINTS, 2)]
            self.frames_per_point *= 2
