"""Decides what each output will be: follows the source unless the options say otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.formats import FORMATS, Format

from .analysis import Analysis
from .bit_rate import fitting_kbps, turned_down_db
from .channel_layout import NAMED, STEREO, channels_of, layout_filter
from .duration import expected_duration
from .filters import level, shape
from .padding import least_seconds, lengthened
from .sample_format import encoder_args
from .sample_rate import rate_of
from .stream_copy import can_copy

if TYPE_CHECKING:
    from shared.domain.options import Options
    from shared.domain.task import Output, Probe

# ffmpeg's AAC encoder takes 128 kbit/s by itself for any number of channels, which is right for two.
AAC_KBPS_PER_CHANNEL = 64


@dataclass(frozen=True, slots=True)
class Sound:
    """The source behind filters, at a sample rate and number of channels; what is equal sounds equal."""

    filters: tuple[str, ...]
    rate_hz: int
    channels: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One output as it shall be.

    Attributes:
        duration_s: expected length, going by what the source says of itself; None where it does not.
        encoder_args: what ffmpeg is told, between the input and the output.
        filters: the audio filters, in order.
        copied: the source's stream is taken over as it is.
        study: what was found out beforehand.
    """

    output: Output
    form: Format
    sample_rate_hz: int
    channels: int
    duration_s: float | None
    encoder_args: tuple[str, ...]
    filters: tuple[str, ...]
    copied: bool = False
    study: Analysis = Analysis()  # noqa: RUF009  # immutable

    def sound(self, source: Probe) -> Sound:
        """What is listened to while this output is encoded: never more than the source or the output has."""
        channels = self.channels if self.mixes else min(self.channels, source.channels)
        return Sound(self.filters, min(self.sample_rate_hz, source.sample_rate_hz), channels)

    @property
    def cuts(self) -> bool:
        """Whether only a part of the source is taken."""
        return any(step.startswith("atrim=") for step in self.filters[:1])

    @property
    def mixes(self) -> bool:
        """Whether the filters change the number of channels or their layout."""
        return any(step.startswith(NAMED) for step in self.filters)


def unchanged(source: Probe) -> Sound:
    """The source as it is."""
    return Sound((), source.sample_rate_hz, source.channels)


def plan_output(output: Output, source: Probe, study: Analysis | None = None) -> Plan:
    """Settle rate, channels, depth, codec and filters of one output.

    Args:
        output: format and options.
        source: what the probe found.
        study: what was measured, where an option needs it; None if none does.

    Raises:
        NothingLeft: the options cut everything away.
    """
    form, options, study = FORMATS[output.format], output.options, study or Analysis()
    if can_copy(form, options, source):
        rate, channels = source.sample_rate_hz, source.channels
        return Plan(output, form, rate, channels, source.duration_s, ("-c:a", "copy"), (), copied=True)
    rate, channels = rate_of(form, options, source), channels_of(form, options, source)
    duration = expected_duration(options, source.duration_s, study.span)
    layout = layout_filter(form, options, source)
    shaped = shape(options, study.span, layout, duration, source.sample_rate_hz, target_hz=rate)
    least_s, speed = least_seconds(form, options, source, rate), options.speed or 1.0
    if duration is not None and duration * speed < least_s:
        duration, shaped = least_s / speed, lengthened(shaped, least_s)
    filters = [
        *shaped,
        *level(study.gain.gain_db or options.gain_db or 0.0, study.gain.ceiling_dbtp, rate),
        *(
            level(turned_down_db(form, options, rate), None, rate)
            if options.loudness_lufs is not None
            else ()
        ),
    ]
    args = (*encoder_args(form, options, source), *_bit_rate(form, options, rate, channels))
    # By number alone ffmpeg chooses a layout of its own, and mixes what is there already to that.
    is_kept = channels == source.channels and source.layout
    shape_args = ("-ar", str(rate), *(() if layout or is_kept else ("-ac", str(channels))))
    return Plan(output, form, rate, channels, duration, (*args, *shape_args), tuple(filters), study=study)


def _bit_rate(form: Format, options: Options, rate_hz: int, channels: int) -> list[str]:
    if options.bit_rate_kbps is not None:
        return ["-b:a", f"{fitting_kbps(form, options.bit_rate_kbps, rate_hz, channels)}k"]
    if options.quality is not None:
        return ["-q:a", f"{options.quality:g}"]
    if form.codec == "aac" and channels > STEREO:
        return ["-b:a", f"{AAC_KBPS_PER_CHANNEL * channels}k"]
    return []
