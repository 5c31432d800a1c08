"""Decides what each output will be: follows the source unless the options say otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.errors import NothingLeft
from shared.formats import FORMATS, Format

if TYPE_CHECKING:
    from shared.options import Options
    from shared.task import Output, Probe

PCM_LITTLE = {8: "pcm_u8", 16: "pcm_s16le", 24: "pcm_s24le", 32: "pcm_s32le"}
PCM_BIG = {8: "pcm_s8", 16: "pcm_s16be", 24: "pcm_s24be", 32: "pcm_s32be"}
CD_BITS = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """One output as it shall be.

    Attributes:
        duration_s: expected length; None where the source does not say its own.
        encoder_args: what ffmpeg is told, between the input and the output.
        filters: the audio filters, in order.
    """

    output: Output
    form: Format
    sample_rate_hz: int
    channels: int
    duration_s: float | None
    encoder_args: tuple[str, ...]
    filters: tuple[str, ...]


def plan_output(output: Output, source: Probe) -> Plan:
    """Settle rate, channels, depth, codec and filters of one output.

    Raises:
        NothingLeft: the options cut everything away.
    """
    form, options = FORMATS[output.format], output.options
    rate = options.sample_rate_hz or _nearest_rate(source.sample_rate_hz, form)
    channels = min(options.channels or source.channels, form.max_channels)
    duration = _expected_duration(options, source.duration_s)
    args = ("-c:a", _encoder(form, options, source), "-ar", str(rate), "-ac", str(channels))
    return Plan(
        output,
        form,
        rate,
        channels,
        duration,
        (*args, *_rate_args(form, options), *_tag_args(options)),
        tuple(_filters(options, duration)),
    )


def _nearest_rate(rate_hz: int, form: Format) -> int:
    """The source's own rate, else the next one above that the codec takes, else its highest."""
    rates = form.sample_rates_hz
    return (
        rate_hz
        if not rates or rate_hz in rates
        else min((r for r in rates if r > rate_hz), default=max(rates))
    )


def _encoder(form: Format, options: Options, source: Probe) -> str:
    if form.encoder != "pcm":
        return form.encoder
    depth = options.bit_depth or _depth(source)
    return (PCM_BIG if form.muxer == "aiff" else PCM_LITTLE)[depth]


def _depth(source: Probe) -> int:
    """Bits that lose nothing of the source; what a lossy codec decodes to has no depth of its own."""
    bits = source.bits_per_sample or CD_BITS
    return next((depth for depth in sorted(PCM_LITTLE) if depth >= bits), max(PCM_LITTLE))


def _rate_args(form: Format, options: Options) -> list[str]:
    if options.bit_rate_kbps is not None:
        return ["-b:a", f"{options.bit_rate_kbps}k"]
    if options.quality is not None:
        return ["-q:a", f"{options.quality:g}"]
    if options.bit_depth is not None and form.encoder in {"flac", "alac"}:
        planar = "p" if form.encoder == "alac" else ""
        return ["-sample_fmt", ("s16" if options.bit_depth == CD_BITS else "s32") + planar]
    return []


def _tag_args(options: Options) -> list[str]:
    return ["-map_metadata", "-1", "-map_chapters", "-1"] if options.keep_tags is False else []


def _expected_duration(options: Options, source_s: float | None) -> float | None:
    """Seconds after cutting and change of speed; trimming silence makes it unknowable."""
    start = options.start_s or 0.0
    if source_s is not None and start >= source_s:
        raise NothingLeft(f"startS is {start:g}, and the audio ends at {source_s:.2f} s.")
    if options.trim_silence:
        return None
    end = source_s if options.end_s is None else min(options.end_s, source_s or options.end_s)
    if end is None or (source_s is None and options.end_s is not None):
        return None
    return (end - start) / (options.speed or 1.0)


def _filters(options: Options, duration_s: float | None) -> list[str]:
    filters = []
    if options.start_s or options.end_s:
        end = f":end={options.end_s:.6f}" if options.end_s else ""
        filters += [f"atrim=start={options.start_s or 0:.6f}{end}", "asetpts=PTS-STARTPTS"]
    if options.trim_silence:
        cut = "silenceremove=start_periods=1:start_threshold=-50dB"
        filters += [cut, "areverse", cut, "areverse"]
    if options.speed:
        filters.append(f"atempo={options.speed:g}")
    if options.gain_db:
        filters.append(f"volume={options.gain_db:g}dB")
    if options.loudness_lufs:
        filters.append(f"loudnorm=I={options.loudness_lufs:g}:TP=-1:LRA=11")
    if options.fade_in_s:
        filters.append(f"afade=t=in:d={options.fade_in_s:g}")
    if options.fade_out_s and duration_s:
        start = max(0.0, duration_s - options.fade_out_s)
        filters.append(f"afade=t=out:st={start:.6f}:d={options.fade_out_s:g}")
    return filters
