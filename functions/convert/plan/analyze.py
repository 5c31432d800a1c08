"""Measures what a plan needs to know of the source: its length, where silence ends, and how loud it is."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from shared.domain.errors import NothingLeft
from shared.domain.formats import FORMATS

from ..ffmpeg.loudness import measure_loudness
from ..ffmpeg.pcm_taps import PcmTap
from ..metering.levels import Meter, SilentEnds
from .analysis import Analysis
from .depth import DEPTH_FORMAT, DepthMeter, dithered_bits, is_changed
from .level.headroom import room_of
from .level.loudness import Gain, gain_below_full_scale, gain_to, goal_by_rms, goal_of, wants_rms
from .sample_format import depth_of
from .shape import cut_filters, shape_output

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shared.domain.files import Output
    from shared.domain.formats import Format
    from shared.domain.media import Probe
    from shared.domain.options import Options

    from ..ffmpeg.loudness import Measurement
    from ..ffmpeg.run import FFmpeg
    from .level.loudness import Goal
    from .shape import Shape

    # Measures the loudness of an output before its level is changed; without a goal, for its peaks.
    Measure = Callable[[Shape, Goal | None], Measurement]

# Mean and copy are all that mixing does between mono and stereo.
_STEREO_CODECS = frozenset({"mp1", "mp2", "mp3"})
_BEGINNING = ("atrim=end=1",)


def with_measured_length(ffmpeg: FFmpeg, outputs: Sequence[Output], source: Probe) -> Probe:
    """Return the source with its length, which fade-outs need, measured where its container is unreliable.

    In joined MP3s, the first header gives the length of the first file only.
    """
    is_known = source.duration_s is not None and not source.length_is_bound and source.container != "mp3"
    if is_known or not any(output.options.fade_out_s for output in outputs):
        return source
    meter = Meter(source.sample_rate_hz, source.channels)
    ffmpeg.run((), taps=[PcmTap((), meter.rate_hz, meter.channels, meter.add)])
    return replace(source, duration_s=meter.seconds, length_is_bound=False)


def analyze_outputs(ffmpeg: FFmpeg, outputs: Sequence[Output], source: Probe) -> list[Analysis]:
    """Measure the source as each output needs it; no pass where no option needs one.

    Raises:
        NothingLeft: the options trim silence, and there is nothing else.
    """
    measured: dict[tuple[object, ...], Measurement] = {}

    def measure(shape: Shape, goal: Goal | None) -> Measurement:
        filters = (*shape.cut, *shape.filters)
        dual_mono = goal is not None and goal.dual_mono
        key = (*filters, dual_mono, goal is None)
        if key not in measured:
            measured[key] = measure_loudness(
                ffmpeg,
                filters,
                shape.rate_hz,
                shape.channels,
                seconds=shape.duration_s,
                dual_mono=dual_mono,
                predicts=goal is not None,
            )
        return measured[key]

    return [_analyze(ffmpeg, measure, output, source) for output in outputs]


def _analyze(ffmpeg: FFmpeg, measure: Measure, output: Output, source: Probe) -> Analysis:
    form, options = FORMATS[output.format], output.options
    span = _audible_span(ffmpeg, options, source) if options.trim_silence else None
    shape = shape_output(form, options, source, span, ffmpeg.tools)
    goal = goal_of(options)
    if goal is None:
        mixed = shape.layout.peak_gain if shape.layout else _mixed_before(ffmpeg, source)
        gain, over_dbtp = _gain_below_full_scale(options.gain_db or 0.0, mixed, shape, measure)
        fits = not gain.gain_db and _fits_depth(ffmpeg, form, options, source, shape)
        return Analysis(span, gain, over_dbtp=over_dbtp, fits_depth=fits)
    before = measure(shape, goal)
    if wants_rms(options):
        goal = goal_by_rms(goal, before.loudness, _rms_dbfs(ffmpeg, shape))
    room = room_of(form, options, shape.rate_hz, shape.channels, ffmpeg.tools)
    return Analysis(span, gain_to(goal, before, room), goal, before, room, measured_s=shape.duration_s)


def _mixed_before(ffmpeg: FFmpeg, source: Probe) -> float:
    """Return by how much mixing raised peaks before this pass: unknown where layouts change."""
    is_mixed = ffmpeg.normalise is not None and ffmpeg.normalise.mix and source.codec not in _STEREO_CODECS
    return math.inf if is_mixed else 1.0


def _gain_below_full_scale(
    gain_db: float, mixed: float, shape: Shape, measure: Measure
) -> tuple[Gain, float | None]:
    """Return the requested gain, limited if it or the mix pushes peaks above full scale.

    Returns:
        The gain; and the true peak of the mix if that, and not only a requested gain, is above full scale.
    """
    if mixed * 10 ** (gain_db / 20) <= 1:
        return Gain(gain_db), None
    measured = measure(shape, None).loudness
    peak_dbtp = None if measured.true_peak_dbtp is None else measured.true_peak_dbtp + min(gain_db, 0.0)
    return gain_below_full_scale(gain_db, measured), peak_dbtp if peak_dbtp and peak_dbtp > 0 else None


def _fits_depth(ffmpeg: FFmpeg, form: Format, options: Options, source: Probe, shape: Shape) -> bool:
    """Return whether samples lose nothing at a lower depth, as those of 16 bits in a file of 24."""
    bits = dithered_bits(form, options, source)
    is_changing = is_changed(shape.filters) or shape.rate_hz != source.sample_rate_hz
    if bits is None or is_changing or abs(depth_of(source)) <= bits:
        return False
    meter = DepthMeter(bits)
    # Nearly always the beginning tells: it is deeper. Then nothing else is decoded twice.
    for part in (_BEGINNING, ()):
        if meter.fits:
            filters, (rate_hz, channels) = (*shape.cut, *part), (source.sample_rate_hz, source.channels)
            ffmpeg.run((), taps=[PcmTap(filters, rate_hz, channels, meter.add, format_args=DEPTH_FORMAT)])
    return meter.fits


def _rms_dbfs(ffmpeg: FFmpeg, shape: Shape) -> float | None:
    meter = Meter(shape.rate_hz, shape.channels)
    filters = (*shape.cut, *shape.filters)
    ffmpeg.run((), taps=[PcmTap(filters, meter.rate_hz, meter.channels, meter.add)])
    return meter.levels().rms_dbfs


def _audible_span(ffmpeg: FFmpeg, options: Options, source: Probe) -> tuple[float, float]:
    """Return where the audible part starts and ends in the source, within the requested part."""
    ends = SilentEnds(source.sample_rate_hz, source.channels)
    ffmpeg.run((), taps=[_tap(options, ends)])
    if quieter := ends.for_its_level():
        ends = quieter
        ffmpeg.run((), taps=[_tap(options, ends)])
    span = ends.audible_span()
    if span is None:
        raise NothingLeft(
            "Every sample is silent, so trimSilence leaves nothing.",
            hint="Turn trimSilence off to keep the silence, or check why the recording has no sound.",
        )
    offset = options.start_s or 0.0
    return offset + span[0], offset + span[1]


def _tap(options: Options, ends: SilentEnds) -> PcmTap:
    return PcmTap(cut_filters(options), ends.rate_hz, ends.channels, ends.add)
