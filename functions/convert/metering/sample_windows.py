"""Peak and energy of each 10 ms of 16-bit audio: what a limiter's effect is predicted from without our layer.

The energy is not weighted, and the peaks are of samples; so a prediction is coarser than the layer's.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from .loudness import WINDOWS_PER_S, Windows
from .samples import FULL_SCALE, SAMPLE_BYTES, pydub


@dataclass
class SampleWindows:
    """Takes interleaved 16-bit samples in chunks of any size."""

    rate_hz: int
    channels: int
    _peaks: array[float] = field(default_factory=lambda: array("f"))
    _energies: array[float] = field(default_factory=lambda: array("f"))
    _rest: bytes = b""

    def add(self, data: memoryview) -> None:
        """Measure a chunk; an incomplete window waits for the next one."""
        audioop = pydub().audioop
        size = max(1, self.rate_hz // WINDOWS_PER_S) * self.channels * SAMPLE_BYTES
        chunk = self._rest + bytes(data)
        whole = len(chunk) - len(chunk) % size
        self._rest = chunk[whole:]
        for begin in range(0, whole, size):
            window = chunk[begin : begin + size]
            self._peaks.append(audioop.max(window, SAMPLE_BYTES) / FULL_SCALE)
            self._energies.append(self.channels * (audioop.rms(window, SAMPLE_BYTES) / FULL_SCALE) ** 2)

    def windows(self) -> Windows:
        """Return the windows so far."""
        return Windows(self._peaks, self._energies, holds=False)
