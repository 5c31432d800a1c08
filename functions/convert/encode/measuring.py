"""What is measured of the samples while outputs are encoded: levels, samples above full scale, a checksum."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shared.domain.notes.base import Note
from shared.domain.notes.outputs import SourceClips

from ..ffmpeg.pcm_taps import PcmTap, levels_format
from ..metering.levels import Meter
from ..plan.plan import source_signal
from .checksum import checksum_of
from .finite import finite_meter
from .overs import clips, over_meters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.domain.media import Probe

    from ..ffmpeg.binaries import Tools
    from ..ffmpeg.run import FFmpeg
    from ..plan.plan import Plan, Signal
    from .checksum import Checksum
    from .finite import FiniteMeter
    from .overs import OverMeter


@dataclass(frozen=True, slots=True)
class Measuring:
    """The meters of one pass.

    Attributes:
        tools: that measure.
        meters: of the levels of each signal.
        overs: of the signals that may have samples above full scale.
        checksum: of the source, where it states one.
        finite: of the source, where it may have samples that are no numbers.
        branches: outputs that share the filters of a signal, by label, with their own filters behind them.
    """

    tools: Tools
    meters: Mapping[Signal, Meter]
    overs: Mapping[Signal, OverMeter]
    checksum: Checksum | None
    finite: FiniteMeter | None = None
    branches: Mapping[Signal, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def taps(self) -> list[PcmTap]:
        """Return the taps to measure by."""
        finite = [self.finite.tap()] if self.finite else []
        levels = [
            _level_tap(self.tools, signal, meter, self.branches.get(signal, {}))
            for signal, meter in self.meters.items()
        ]
        return [*levels, *(meter.tap() for meter in self.overs.values()), *finite]

    def notes(self, plans: Sequence[Plan]) -> Iterator[Note]:
        """Yield what was found, once the pass has ended."""
        if self.checksum and (wrong := self.checksum.finding()):
            yield Note.of(wrong)
        for number, plan in enumerate(plans):
            meter = self.overs.get(plan.signal) if plan.signal and clips(plan) else None
            if meter and meter.peak_dbfs > 0:
                yield Note.of(SourceClips(meter.peak_dbfs), number)

    @property
    def outputs(self) -> tuple[str, ...]:
        """What ffmpeg itself measures, as arguments of further outputs."""
        return self.checksum.output if self.checksum else ()


def measuring_of(
    ffmpeg: FFmpeg, plans: Sequence[Plan], source: Probe, *, signals_only: bool = False
) -> Measuring:
    """Return what to measure: each signal, and the source itself unless only a part of it is decoded."""
    expected_s = {plan.signal: plan.duration_s for plan in plans if plan.signal}
    branches = _branches(plans)
    if signals_only:
        return Measuring(ffmpeg.tools, _meters(expected_s), {}, None, branches=branches)
    if expected_s and not any(plan.is_cut for plan in plans):
        expected_s.setdefault(source_signal(source), source.duration_s)
    meters = _meters(expected_s)
    checksum = checksum_of(ffmpeg, source) if source_signal(source) in meters else None
    finite = finite_meter(ffmpeg, source) if meters else None
    return Measuring(ffmpeg.tools, meters, over_meters(plans, source), checksum, finite, branches)


def branch_label(number: int) -> str:
    """Return the label of that output where it shares filters with a tap."""
    return f"shared{number}"


def _branches(plans: Sequence[Plan]) -> dict[Signal, dict[str, tuple[str, ...]]]:
    """Return the outputs with a limiter, by the signal behind it."""
    branches: dict[Signal, dict[str, tuple[str, ...]]] = {}
    for number, plan in enumerate(plans):
        if plan.signal and plan.is_limited:
            own_filters = plan.filters[len(plan.signal.filters) :]
            branches.setdefault(plan.signal, {})[branch_label(number)] = own_filters
    return branches


def _meters(expected_s: Mapping[Signal, float | None]) -> dict[Signal, Meter]:
    return {signal: Meter(signal.rate_hz, signal.channels, s) for signal, s in expected_s.items()}


def _level_tap(tools: Tools, signal: Signal, meter: Meter, branches: Mapping[str, tuple[str, ...]]) -> PcmTap:
    """Return the tap of a meter: of what the layer measured, or else of all samples."""
    tap = PcmTap(signal.filters, signal.rate_hz, signal.channels, meter.add, branches=branches)
    if not tools.has_levels_muxer or meter.expected_s is None:
        return tap
    format_args = levels_format(meter.waveform.frames_per_point)
    return replace(tap, on_samples=meter.add_records, format_args=format_args)
