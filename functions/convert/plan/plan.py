"""One output as it will be: it follows the source unless its format or its options say otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain.formats import FORMATS, Format

from ..ffmpeg.resampling import resample_to_floats
from .analysis import Analysis
from .depth import dither_filters, dithered_bits, is_changed, is_deeper
from .level.filters import gain_filters, volume
from .rates import bit_rate_args, encoder_attenuation_db, minimum_kbps
from .sample_format import encoder_args
from .shape import Shape, shape_output
from .stream_copy import can_copy

if TYPE_CHECKING:
    from pathlib import Path

    from shared.domain.files import Output
    from shared.domain.media import Probe
    from shared.domain.options import Options

    from ..ffmpeg.binaries import Tools


@dataclass(frozen=True, slots=True)
class Signal:
    """The source after filters, at a sample rate and number of channels. Equal signals are metered once."""

    filters: tuple[str, ...]
    rate_hz: int
    channels: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One output as it will be.

    Attributes:
        duration_s: expected length, by what the source says of itself; None where it does not.
        encoder_args: ffmpeg's arguments between input and output.
        filters: audio filters, in order.
        signal: what is metered while the output is encoded; None where the stream is copied.
        is_cut: whether it takes only a part of the source.
        is_streamable: whether its muxer rewrites only the head, so that it can be uploaded while it grows.
        minimum_bytes: that it takes, where it has to stay in its file until the end.
        analysis: what was measured beforehand.
    """

    output: Output
    form: Format
    sample_rate_hz: int
    channels: int
    duration_s: float | None
    encoder_args: tuple[str, ...]
    filters: tuple[str, ...] = ()
    signal: Signal | None = None
    is_cut: bool = False
    is_streamable: bool = False
    minimum_bytes: int = 0
    analysis: Analysis = Analysis()  # noqa: RUF009  # immutable

    @property
    def is_copied(self) -> bool:
        """Whether the source's stream is copied."""
        return self.signal is None

    @property
    def is_limited(self) -> bool:
        """Whether a limiter is among its filters."""
        return not self.is_copied and self.analysis.gain.ceiling_dbtp is not None


@dataclass(frozen=True, slots=True)
class Target:
    """A plan, and the file that it is written to, in the source's folder."""

    plan: Plan
    file: Path


def source_signal(source: Probe) -> Signal:
    """Return the source as it is."""
    return Signal((), source.sample_rate_hz, source.channels)


def plan_output(
    output: Output,
    source: Probe,
    analysis: Analysis | None = None,
    tools: Tools | None = None,
    *,
    may_copy: bool = True,
) -> Plan:
    """Decide rate, channels, depth, codec and filters of one output.

    Args:
        output: format and options.
        source: what the probe found.
        analysis: what was measured, where an option needs it; None if none does.
        tools: that encode; they decide how to resample.
        may_copy: whether the source's stream may be copied.

    Raises:
        EmptyFile: the source is empty.
        NothingLeft: the options cut everything away.
    """
    form = FORMATS[output.format]
    if may_copy and can_copy(form, output.options, source):
        return _copy(output, form, source)
    return _encode(output, form, source, analysis or Analysis(), tools)


def _copy(output: Output, form: Format, source: Probe) -> Plan:
    return Plan(
        output,
        form,
        source.sample_rate_hz,
        source.channels,
        source.duration_s,
        ("-c:a", "copy"),
        is_streamable=not form.whole,
    )


def _encode(output: Output, form: Format, source: Probe, analysis: Analysis, tools: Tools | None) -> Plan:
    options = output.options
    shape = shape_output(form, options, source, analysis.span, tools).padded()
    filters = (*shape.cut, *shape.filters, *_level(form, options, shape, analysis, tools))
    resampled = (*filters, *_resampling(shape, source, tools))
    return Plan(
        output,
        form,
        shape.rate_hz,
        shape.channels,
        shape.duration_s,
        (
            *encoder_args(form, options, source),
            *bit_rate_args(form, options, shape.rate_hz, shape.channels),
            *_shape_args(shape, source),
        ),
        (*resampled, *_dithering(form, options, source, analysis, resampled)),
        _signal(filters, shape, source),
        is_cut=bool(shape.cut),
        is_streamable=not form.whole,
        minimum_bytes=_minimum_bytes(form, options, shape),
        analysis=analysis,
    )


def _level(
    form: Format, options: Options, shape: Shape, analysis: Analysis, tools: Tools | None
) -> list[str]:
    gain = analysis.gain
    gain_db = gain.gain_db if analysis.goal else gain.gain_db or options.gain_db or 0.0
    filters = gain_filters(replace(gain, gain_db=gain_db), shape, tools)
    if analysis.goal:
        filters += volume(encoder_attenuation_db(form, options, shape.rate_hz))
    return filters


def _resampling(shape: Shape, source: Probe, tools: Tools | None) -> tuple[str, ...]:
    return () if shape.rate_hz == source.sample_rate_hz else (resample_to_floats(shape.rate_hz, tools),)


def _dithering(
    form: Format, options: Options, source: Probe, analysis: Analysis, filters: tuple[str, ...]
) -> tuple[str, ...]:
    bits = dithered_bits(form, options, source)
    if bits is None or analysis.fits_depth or not (is_changed(filters) or is_deeper(source, bits)):
        return ()
    return dither_filters(bits)


def _shape_args(shape: Shape, source: Probe) -> tuple[str, ...]:
    # By number alone, ffmpeg chooses a layout, and mixes even as many channels to that.
    is_kept = shape.channels == source.channels and source.layout
    return ("-ar", str(shape.rate_hz), *(() if shape.layout or is_kept else ("-ac", str(shape.channels))))


def _signal(filters: tuple[str, ...], shape: Shape, source: Probe) -> Signal:
    """Return what to meter: never more channels or a higher rate than both source and output have."""
    remixes = shape.layout is not None and shape.layout.remixes
    channels = shape.channels if remixes else min(shape.channels, source.channels)
    return Signal(filters, min(shape.rate_hz, source.sample_rate_hz), channels)


def _minimum_bytes(form: Format, options: Options, shape: Shape) -> int:
    if not form.whole:
        return 0
    bytes_per_s = 125 * minimum_kbps(form, options, shape.rate_hz, shape.channels)
    return round(bytes_per_s * (shape.duration_s or 0))
