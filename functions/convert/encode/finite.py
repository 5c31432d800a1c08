"""Floats that are no numbers (NaN) or infinite: encoders fail at them, so they become silent."""

from __future__ import annotations

import array
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..ffmpeg.pcm_taps import PcmTap
from ..plan.sample_format import DOUBLE, FLOAT, depth_of

if TYPE_CHECKING:
    from shared.domain.media import Probe

    from ..ffmpeg.run import FFmpeg

_FORMAT, _SAMPLE_BYTES = ("-c:a", "pcm_f32le", "-f", "f32le"), 4


class InvalidSamples(Exception):
    """Some samples of the source are no finite numbers: they have to be replaced."""


@dataclass
class FiniteMeter:
    """Adds up the samples of a source: the sum is finite only if each one is."""

    source: Probe
    _total: float = 0.0
    _rest: bytearray = field(default_factory=bytearray)

    @property
    def is_finite(self) -> bool:
        """Whether all samples so far are numbers."""
        return math.isfinite(self._total)

    def tap(self) -> PcmTap:
        """Return the tap to measure by."""
        return PcmTap((), self.source.sample_rate_hz, self.source.channels, self._add, format_args=_FORMAT)

    def _add(self, data: memoryview) -> None:
        self._rest += data
        whole = len(self._rest) // _SAMPLE_BYTES * _SAMPLE_BYTES
        self._total += sum(array.array("f", bytes(self._rest[:whole])))
        del self._rest[:whole]


def finite_meter(ffmpeg: FFmpeg, source: Probe) -> FiniteMeter | None:
    """Return the meter; None for integers, and where invalid samples are replaced anyway."""
    is_float = depth_of(source) in {FLOAT, DOUBLE}
    return FiniteMeter(source) if is_float and not ffmpeg.timeline.is_finite else None


def has_invalid_samples(ffmpeg: FFmpeg, source: Probe) -> bool:
    """Decode the source, and return whether some samples are no finite numbers."""
    meter = finite_meter(ffmpeg, source)
    if meter is None:
        return False
    ffmpeg.run((), taps=[meter.tap()])
    return not meter.is_finite
