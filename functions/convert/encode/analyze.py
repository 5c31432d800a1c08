"""What has to be known of the sound before it can be encoded: where silence ends, how loud it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.domain.errors import NothingLeft
from shared.domain.formats import FORMATS

from ..ffmpeg.pcm_taps import PcmTap
from ..metering.levels import Meter, SilentEnds
from ..plan.analysis import Analysis
from ..plan.channel_layout import layout_filter
from ..plan.duration import expected_duration
from ..plan.filters import level, shape
from ..plan.loudness import MOST_CORRECTIONS, corrected_by, settle
from ..plan.sample_rate import rate_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shared.domain.media import Loudness
    from shared.domain.options import Options
    from shared.domain.task import Output, Probe

    from ..ffmpeg.run import FFmpeg


def studies(engine: FFmpeg, outputs: Sequence[Output], source: Probe) -> list[Analysis]:
    """Look at the sound as each output will take it; free where nothing has to be known.

    Raises:
        NothingLeft: there is silence only, and it is to be trimmed.
    """
    measured: dict[tuple[str, ...], Loudness] = {}

    def measure(filters: Sequence[str], seconds: float | None) -> Loudness:
        if tuple(filters) not in measured:
            measured[tuple(filters)] = engine.measure(filters, seconds)
        return measured[tuple(filters)]

    return [_study(engine, measure, output, source) for output in outputs]


def with_length(engine: FFmpeg, outputs: Sequence[Output], source: Probe) -> Probe:
    """The source with its length, where that has to be known and its container does not say it.

    Of joined MP3s the head says how long the first one is.
    """
    is_known = source.duration_s is not None and not source.length_is_bound and source.container != "mp3"
    if is_known or not any(output.options.fade_out_s for output in outputs):
        return source
    meter = Meter(source.sample_rate_hz, source.channels)
    engine.run((), taps=[PcmTap((), meter.rate_hz, meter.channels, meter.feed)])
    return replace(source, duration_s=meter.seconds, length_is_bound=False)


def _study(
    engine: FFmpeg,
    measure: Callable[[Sequence[str], float | None], Loudness],
    output: Output,
    source: Probe,
) -> Analysis:
    options = output.options
    span = _sound(engine, options, source) if options.trim_silence else None
    if options.loudness_lufs is None:
        return Analysis(span)
    form = FORMATS[output.format]
    duration = expected_duration(options, source.duration_s, span)
    layout = layout_filter(form, options, source)
    rate_hz = rate_of(form, options, source)
    shaped = shape(options, span, layout, duration, source.sample_rate_hz, target_hz=rate_hz)
    before = measure(shaped, duration)
    gain = settle(form, options.loudness_lufs, before)
    for _ in range(MOST_CORRECTIONS):
        if gain.ceiling_dbtp is None:
            break
        reached = measure([*shaped, *level(gain.gain_db, gain.ceiling_dbtp, rate_hz)], duration)
        corrected = corrected_by(reached, gain, form, options.loudness_lufs)
        if corrected == gain:
            break
        gain = corrected
    return Analysis(span, gain, before, duration)


def _sound(engine: FFmpeg, options: Options, source: Probe) -> tuple[float, float]:
    """Where the sound begins and ends, within what was asked for."""
    ends = SilentEnds(source.sample_rate_hz, source.channels)
    cut = shape(_only_cut(options), None, None, None, source.sample_rate_hz)
    engine.run((), taps=[PcmTap(tuple(cut), source.sample_rate_hz, source.channels, ends.feed)])
    sound = ends.sound()
    if sound is None:
        raise NothingLeft("The audio is silent, so trimSilence leaves nothing.")
    offset = options.start_s or 0.0
    return offset + sound[0], offset + sound[1]


def _only_cut(options: Options) -> Options:
    return replace(options, speed=None, fade_in_s=None, fade_out_s=None)
