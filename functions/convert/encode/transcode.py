"""One ffmpeg pass that encodes all outputs of a source and meters what it encodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.notes.base import Note
from shared.domain.notes.source import DamagedPackets, GapsFilled, OverlapsTrimmed

from ..ffmpeg.errors import CopyDiffers, damaged_packets
from ..ffmpeg.timeline import TimelineReport
from ..metadata.tags import MAX_COVER_BYTES, embeds_picture, tag_output
from ..plan.stream_copy import loses_clock
from .finite import InvalidSamples
from .measuring import measuring_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.domain.media import Probe

    from ..attempt import Attempt
    from ..ffmpeg.run import FFmpeg
    from ..metering.levels import Meter
    from ..plan.plan import Plan, Signal, Target


@dataclass(frozen=True, slots=True)
class Encoded:
    """What one pass found out while it encoded.

    Attributes:
        meters: of each signal; none where all outputs are copied, because nothing is decoded then.
        timeline: what became of the gaps and overlaps of the source.
    """

    meters: Mapping[Signal, Meter]
    timeline: TimelineReport = TimelineReport()  # noqa: RUF009  # immutable


def transcode(
    attempt: Attempt, ffmpeg: FFmpeg, source: Probe, targets: Sequence[Target], *, again: bool = False
) -> Encoded:
    """Decode once, encode each target, and meter what goes into the encoders.

    Args:
        attempt: whose uploads may pause ffmpeg.
        ffmpeg: with the source as its input.
        source: what the probe found.
        targets: to encode.
        again: whether another pass has metered the source, and noted what is wrong with it.

    Raises:
        CopyDiffers: the source has gaps that a copy would not have.
        InvalidSamples: some of its samples are no numbers.
        ConversionError: as `FFmpeg.run`.
    """
    plans = [target.plan for target in targets]
    inputs, outputs = _arguments(ffmpeg, source, targets)
    measuring = measuring_of(ffmpeg, plans, source, signals_only=again)
    outputs += measuring.outputs
    completed = ffmpeg.run(outputs, inputs, measuring.taps(), throttle=attempt.uploads.throttle)
    if measuring.finite and not measuring.finite.is_finite:
        raise InvalidSamples
    if completed.jumps and any(plan.is_copied and loses_clock(plan.form) for plan in plans):
        raise CopyDiffers
    if again:
        return Encoded(measuring.meters, completed.timeline)
    if damaged := damaged_packets(completed.errors):
        attempt.notes.append(Note.of(DamagedPackets(damaged)))
    attempt.notes.extend(measuring.notes(plans))
    if measuring.meters:
        attempt.notes.extend(_jumps(completed.timeline))
    return Encoded(measuring.meters, completed.timeline)


def _arguments(ffmpeg: FFmpeg, source: Probe, targets: Sequence[Target]) -> tuple[list[str], list[str]]:
    """Return ffmpeg's arguments of the inputs with tags, which are written here, and of the outputs."""
    has_picture = any(embeds_picture(target.plan, source) for target in targets)
    picture = _picture(ffmpeg, source) if has_picture else None
    inputs: list[str] = []
    outputs: list[str] = []
    next_input = ffmpeg.input_count
    for target in targets:
        tags = tag_output(target.plan, source, picture, next_input)
        if tags.text:
            text = target.file.with_name(f"tags-{next_input}")
            text.write_text(tags.text, encoding="utf-8")
            inputs += ["-f", "ffmetadata", "-i", f"file:{text.name}"]
            next_input += 1
        audio_map = f"0:a:{source.stream}" if target.plan.is_copied else ffmpeg.audio_map
        outputs += ["-map", audio_map, *_output_args(ffmpeg, target, tags.args)]
    return inputs, outputs


def _jumps(timeline: TimelineReport) -> Iterator[Note]:
    if timeline.gaps:
        yield Note.of(GapsFilled(timeline.filled_s, timeline.gaps))
    if timeline.overlaps:
        yield Note.of(OverlapsTrimmed(timeline.trimmed_s, timeline.overlaps))


def _output_args(ffmpeg: FFmpeg, target: Target, tag_args: Sequence[str]) -> list[str]:
    plan = target.plan
    filters = _copy_args(ffmpeg, plan) if plan.is_copied else _filter_args(ffmpeg, plan)
    muxer = [
        *plan.form.muxer_args,
        *_clock_args(ffmpeg, plan),
        "-f",
        plan.form.muxer,
        f"file:{target.file.name}",
    ]
    return [*plan.encoder_args, *filters, *tag_args, *muxer]


def _clock_args(ffmpeg: FFmpeg, plan: Plan) -> Sequence[str]:
    """Return what makes the edit list of an MP4 end at the sample, for players that take it at its word."""
    is_mp4 = plan.form.muxer == "ipod" and ffmpeg.tools.has_movie_timescale
    return ("-movie_timescale", str(plan.sample_rate_hz)) if is_mp4 else ()


def _filter_args(ffmpeg: FFmpeg, plan: Plan) -> Sequence[str]:
    return ("-af", ",".join((*ffmpeg.timeline_filters, *plan.filters)))


def _copy_args(ffmpeg: FFmpeg, plan: Plan) -> Sequence[str]:
    return ffmpeg.timeline.copy_args if loses_clock(plan.form) else ()


def _picture(ffmpeg: FFmpeg, source: Probe) -> bytes | None:
    """Return the cover's bytes; None where it is absurdly large."""
    file = ffmpeg.source.with_name("cover")
    ffmpeg.run(["-map", f"0:{source.cover}", "-c:v", "copy", "-f", "image2pipe", f"file:{file.name}"])
    return file.read_bytes() if file.stat().st_size <= MAX_COVER_BYTES else None
