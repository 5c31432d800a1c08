"""What happens to an output before its level: cut, tempo, channels, rate and fades, in this order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..ffmpeg.resampling import resample_to_floats
from .channel_layout import LayoutChange, layout_change, output_channels
from .duration import expected_duration, minimum_source_s
from .rates import output_rate_hz

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.media import Probe
    from shared.domain.options import Options

    from ..ffmpeg.binaries import Tools


@dataclass(frozen=True, slots=True)
class Shape:
    """An output before its level is changed; loudness is measured of this.

    Attributes:
        duration_s: expected length; None where the source does not say its own.
        minimum_source_s: the shortest part of the source that gives any output.
        layout: what changes the channel layout, if anything does.
        cut: filters that take a part of the source; empty for the whole.
        filters: the ones after the cut.
        layout_name: of its channels; empty where nothing names them.
    """

    rate_hz: int
    channels: int
    duration_s: float | None
    speed: float
    minimum_source_s: float
    layout: LayoutChange | None
    cut: tuple[str, ...]
    filters: tuple[str, ...]
    layout_name: str = ""

    def padded(self) -> Shape:
        """Return this shape with silence appended to the part of the source, up to the minimum."""
        if self.duration_s is None or self.duration_s * self.speed >= self.minimum_source_s:
            return self
        duration_s = self.minimum_source_s / self.speed
        padding = f"apad=whole_dur={self.minimum_source_s:.6f}"
        return replace(self, duration_s=duration_s, filters=(padding, *self.filters))


def shape_output(
    form: Format,
    options: Options,
    source: Probe,
    span: tuple[float, float] | None = None,
    tools: Tools | None = None,
) -> Shape:
    """Decide rate, channels and filters of one output.

    Args:
        form: of the output.
        options: of the output.
        source: what the probe found.
        span: start and end, in seconds, of what trimming silence leaves; it overrides the options' own.
        tools: that encode; they decide how to resample.

    Raises:
        EmptyFile: the source is empty.
        NothingLeft: the options cut everything away.
    """
    rate_hz = output_rate_hz(form, options, source)
    duration_s = expected_duration(options, source.duration_s, span)
    layout = layout_change(form, options, source)
    filters = _tempo(options, source.sample_rate_hz)
    if layout:
        filters += layout.filters
    if (options.loudness_lufs is not None or options.spec) and rate_hz != source.sample_rate_hz:
        # Loudness must not include what a lower rate takes away.
        filters.append(resample_to_floats(rate_hz, tools))
    return Shape(
        rate_hz,
        output_channels(form, options, source),
        duration_s,
        options.speed or 1.0,
        minimum_source_s(form, options, source, rate_hz),
        layout,
        cut_filters(options, span),
        (*filters, *_fades(options, duration_s)),
        layout.name if layout else source.layout or "",
    )


def cut_filters(options: Options, span: tuple[float, float] | None = None) -> tuple[str, ...]:
    """Return the filters that take a part of the source: the span, or what the options say."""
    start_s, end_s = span or (options.start_s or 0.0, options.end_s)
    if not start_s and end_s is None:
        return ()
    end = "" if end_s is None else f":end={end_s:.6f}"
    return (f"atrim=start={start_s:.6f}{end}", "asetpts=PTS-STARTPTS")


def _tempo(options: Options, rate_hz: int) -> list[str]:
    if options.speed in {None, 1}:
        return []
    # Where ffmpeg chose another sample format or rate, the audio would end elsewhere.
    pinned = "aformat=sample_fmts=flt"
    return [pinned, f"atempo={options.speed:g}", pinned, f"aresample={rate_hz}"]


def _fades(options: Options, duration_s: float | None) -> list[str]:
    filters = []
    if options.fade_in_s:
        filters.append(f"afade=t=in:d={options.fade_in_s:g}")
    if options.fade_out_s and duration_s:
        fade_s = min(options.fade_out_s, duration_s)
        filters.append(f"afade=t=out:st={duration_s - fade_s:.6f}:d={fade_s:.6f}")
    # Integers would be rounded, without dither.
    return ["aformat=sample_fmts=fltp", *filters] if filters else []
