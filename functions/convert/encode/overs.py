"""Overs: samples above full scale, which a source in floating point may have, and its outputs cannot hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..ffmpeg.pcm_taps import PcmTap
from ..metering.samples import FULL_SCALE, extremes
from ..plan.sample_format import DOUBLE, FLOAT, depth_of, is_dsd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.domain.media import Probe

    from ..plan.plan import Plan, Signal

# Taps have 16 bits, so they are that much lower: peaks of up to 24 dBFS show.
_HEADROOM = 16
_LOWERED = (f"volume={1 / _HEADROOM}",)
# Rounding in the tap is no over.
_LEAST_OVER = 1.001


@dataclass
class OverMeter:
    """Finds the highest sample of a signal.

    Attributes:
        peak: absolute, 1 for full scale.
    """

    signal: Signal
    peak: float = 0.0

    @property
    def peak_dbfs(self) -> float:
        """The peak in dB of full scale; 0 where it is no higher."""
        return 20 * math.log10(self.peak) if self.peak > _LEAST_OVER else 0.0

    def tap(self) -> PcmTap:
        """Return the tap to measure by."""
        signal = self.signal
        return PcmTap((*signal.filters, *_LOWERED), signal.rate_hz, signal.channels, self._add)

    def _add(self, data: memoryview) -> None:
        whole = data[: len(data) // 2 * 2]
        if whole:
            low, high = extremes(whole)
            self.peak = max(self.peak, max(-low, high) * _HEADROOM / FULL_SCALE)


def over_meters(plans: Iterable[Plan], source: Probe) -> dict[Signal, OverMeter]:
    """Return a meter for each signal that may have overs where its output has no place for them."""
    if depth_of(source) not in {FLOAT, DOUBLE} and not is_dsd(source):
        return {}
    return {plan.signal: OverMeter(plan.signal) for plan in plans if plan.signal and clips(plan)}


def clips(plan: Plan) -> bool:
    """Return whether an output cannot hold overs, and no limiter takes them away before."""
    holds_overs = any(argument.startswith("pcm_f") for argument in plan.encoder_args)
    return not holds_overs and plan.analysis.gain.ceiling_dbtp is None
