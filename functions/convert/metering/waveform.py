"""A waveform in the making: lowest and highest sample of each of a bounded number of equal stretches."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from .samples import SAMPLE_BYTES, extremes

# At most, and as many as are aimed at where the length is known: files are a little longer than they say.
MOST_STRETCHES, AIM_STRETCHES = 2000, 1900
FIRST_STRETCH_S = 0.005
_BITS, _STEP = 8, 256  # 16 bits become 8


@dataclass
class Waveform:
    """Takes sound as it passes by; when there are as many stretches as are kept, each two become one.

    Attributes:
        rate_hz: samples a second in each channel.
        expected_s: the length, where it is known.
        frames: taken so far; a frame is one sample of each channel.
        stretch: frames of each stretch; the last one may be shorter.
    """

    rate_hz: int
    channels: int
    expected_s: float | None = None
    frames: int = 0
    stretch: int = 0
    _lows: list[int] = field(default_factory=list)
    _highs: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        seconds = max(FIRST_STRETCH_S, (self.expected_s or 0.0) / AIM_STRETCHES)
        self.stretch = max(1, round(seconds * self.rate_hz))

    @property
    def peaks(self) -> list[int]:
        """Highest absolute sample of each stretch, over all channels."""
        return [max(high, -low) for low, high in zip(self._lows, self._highs, strict=True)]

    @property
    def peak(self) -> int:
        """Highest absolute sample of all."""
        return max(max(self._highs, default=0), -min(self._lows, default=0))

    def as_json(self) -> str:
        """As BBC's audiowaveform writes it (version 2, 8 bits): lowest and highest of each stretch in turn.

        All channels are drawn as one, by their extremes.
        """
        pairs = zip(self._lows, self._highs, strict=True)
        drawn = {
            "version": 2,
            "channels": 1,
            "sample_rate": self.rate_hz,
            "samples_per_pixel": self.stretch,
            "bits": _BITS,
            "length": len(self._lows),
            "data": [int(sample / _STEP) for pair in pairs for sample in pair],
        }
        return json.dumps(drawn, separators=(",", ":"))

    def take(self, samples: memoryview) -> None:
        """Look at whole frames; the last stretch may go on in the next ones."""
        frame_bytes, begin = SAMPLE_BYTES * self.channels, 0
        while begin < len(samples):
            done = self.frames % self.stretch
            piece = samples[begin : begin + (self.stretch - done) * frame_bytes]
            low, high = extremes(piece)
            if done:
                low, high = min(low, self._lows.pop()), max(high, self._highs.pop())
            self._lows.append(low)
            self._highs.append(high)
            self.frames += len(piece) // frame_bytes
            begin += len(piece)
            self._make_room()

    def _make_room(self) -> None:
        if len(self._lows) == MOST_STRETCHES and self.frames % self.stretch == 0:
            self._lows = [min(self._lows[n : n + 2]) for n in range(0, MOST_STRETCHES, 2)]
            self._highs = [max(self._highs[n : n + 2]) for n in range(0, MOST_STRETCHES, 2)]
            self.stretch *= 2
