"""One ffmpeg pass that encodes all outputs of a source and meters what it encodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.notes.base import Note
from shared.domain.notes.source import DamagedPackets, GapsFilled, OverlapsTrimmed

from ..ffmpeg.errors import CopyDiffers, damaged_packets
from ..ffmpeg.timeline import TimelineReport
from ..metadata.output_tags import tags_of
from ..metadata.reserving import reserve
from ..plan.stream_copy import loses_clock
from .finite import InvalidSamples
from .measuring import branch_label, measuring_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.domain.media import Probe

    from ..attempt import Attempt
    from ..ffmpeg.run import FFmpeg
    from ..metadata.model.tags import Tags
    from ..metadata.output_tags import OutputTags
    from ..metering.levels import Meter
    from ..plan.plan import Plan, Signal, Target


@dataclass(frozen=True, slots=True)
class Encoded:
    """What one pass found out while it encoded.

    Attributes:
        meters: of each signal; none where all outputs are copied, because nothing is decoded then.
        tags: of each output; those that are known by now are written.
        timeline: what became of the gaps and overlaps of the source.
    """

    meters: Mapping[Signal, Meter]
    tags: Sequence[OutputTags] = ()
    timeline: TimelineReport = TimelineReport()  # noqa: RUF009  # immutable


def transcode(
    attempt: Attempt,
    ffmpeg: FFmpeg,
    source: Probe,
    found_tags: Tags,
    targets: Sequence[Target],
    *,
    again: bool = False,
) -> Encoded:
    """Decode once, encode and tag each target, and meter what goes into the encoders.

    Args:
        attempt: whose uploads may pause ffmpeg.
        ffmpeg: with the source as its input.
        source: what the probe found.
        found_tags: of the source.
        targets: to encode.
        again: whether another pass has metered the source, and noted what is wrong with it.

    Raises:
        CopyDiffers: the source has gaps that a copy would not have.
        InvalidSamples: some of its samples are no numbers.
        ConversionError: as `FFmpeg.run`.
    """
    plans = [target.plan for target in targets]
    tags = [tags_of(plan, source, found_tags, ffmpeg.source, attempt.checkpoint) for plan in plans]
    inputs, outputs = _arguments(ffmpeg, source, targets, tags)
    measuring = measuring_of(ffmpeg, plans, source, signals_only=again)
    outputs += measuring.outputs
    completed = ffmpeg.run(outputs, inputs, measuring.taps(), throttle=attempt.uploads.throttle)
    if measuring.finite and not measuring.finite.is_finite:
        raise InvalidSamples
    if completed.jumps and any(plan.is_copied and loses_clock(plan.form) for plan in plans):
        raise CopyDiffers
    for target, own_tags in zip(targets, tags, strict=True):
        own_tags.write(target.file)
    encoded = Encoded(measuring.meters, tags, completed.timeline)
    if again:
        return encoded
    if damaged := damaged_packets(completed.errors):
        attempt.notes.append(Note.of(DamagedPackets(damaged)))
    attempt.notes.extend(measuring.notes(plans))
    if measuring.meters:
        attempt.notes.extend(_jumps(completed.timeline))
    return encoded


def _arguments(
    ffmpeg: FFmpeg, source: Probe, targets: Sequence[Target], tags: Sequence[OutputTags]
) -> tuple[list[str], list[str]]:
    """Return ffmpeg's arguments of the inputs with tags, which are written here, and of the outputs."""
    inputs: list[str] = []
    outputs: list[str] = []
    next_input = ffmpeg.input_count
    track = next((one for one in source.tracks if one.number == source.track), None)
    for number, (target, own_tags) in enumerate(zip(targets, tags, strict=True)):
        reservation = reserve(own_tags, track, next_input)
        if reservation.text:
            text = target.file.with_name(f"tags-{next_input}")
            text.write_text(reservation.text, encoding="utf-8")
            inputs += ["-f", "ffmetadata", "-i", f"file:{text.name}"]
            next_input += 1
        outputs += [
            *_audio_args(ffmpeg, source, target.plan, number),
            *_output_args(ffmpeg, target, reservation.args),
        ]
    return inputs, outputs


def _jumps(timeline: TimelineReport) -> Iterator[Note]:
    if timeline.gaps:
        yield Note.of(GapsFilled(timeline.filled_s, timeline.gaps))
    if timeline.overlaps:
        yield Note.of(OverlapsTrimmed(timeline.trimmed_s, timeline.overlaps))


def _audio_args(ffmpeg: FFmpeg, source: Probe, plan: Plan, number: int) -> list[str]:
    """Return what an output is made of, and its filters, unless it shares those of a tap."""
    if plan.is_copied:
        return ["-map", f"0:a:{source.stream}", *_copy_args(ffmpeg, plan)]
    if plan.is_limited:
        return ["-map", f"[{branch_label(number)}]"]
    return ["-map", ffmpeg.audio_map, "-af", ",".join((*ffmpeg.timeline_filters, *plan.filters))]


def _output_args(ffmpeg: FFmpeg, target: Target, tag_args: Sequence[str]) -> list[str]:
    plan = target.plan
    muxer = [
        *plan.form.muxer_args,
        *_clock_args(ffmpeg, plan),
        "-f",
        plan.form.muxer,
        f"file:{target.file.name}",
    ]
    return [*plan.encoder_args, *tag_args, *muxer]


def _clock_args(ffmpeg: FFmpeg, plan: Plan) -> Sequence[str]:
    """Return what makes the edit list of an MP4 end at the sample, for players that take it at its word."""
    is_mp4 = plan.form.muxer == "ipod" and ffmpeg.tools.has_movie_timescale
    return ("-movie_timescale", str(plan.sample_rate_hz)) if is_mp4 else ()


def _copy_args(ffmpeg: FFmpeg, plan: Plan) -> Sequence[str]:
    return ffmpeg.timeline.copy_args if loses_clock(plan.form) else ()
