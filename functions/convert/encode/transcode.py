"""One ffmpeg pass that encodes all outputs of a source and meters what it encodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.notes import DamagedPackets, GapsFilled, Note, OverlapsTrimmed, SourceClips

from ..ffmpeg.errors import CopyDiffers, damaged_packets
from ..ffmpeg.pcm_taps import PcmTap
from ..ffmpeg.timeline import TimelineReport
from ..metadata.tags import MAX_COVER_BYTES, embeds_picture, tag_output
from ..metering.levels import Meter
from ..plan.plan import source_signal
from ..plan.stream_copy import loses_clock
from .checksum import checksum_of
from .overs import clips, over_meters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.domain.media import Probe

    from ..attempt import Attempt
    from ..ffmpeg.run import FFmpeg
    from ..plan.plan import Plan, Signal, Target
    from .checksum import Checksum
    from .overs import OverMeter


@dataclass(frozen=True, slots=True)
class Encoded:
    """What one pass found out while it encoded.

    Attributes:
        meters: of each signal; none where all outputs are copied, because nothing is decoded then.
        timeline: what became of the gaps and overlaps of the source.
    """

    meters: Mapping[Signal, Meter]
    timeline: TimelineReport = TimelineReport()  # noqa: RUF009  # immutable


def transcode(attempt: Attempt, ffmpeg: FFmpeg, source: Probe, targets: Sequence[Target]) -> Encoded:
    """Decode once, encode each target, and meter what goes into the encoders.

    Args:
        attempt: whose uploads may pause ffmpeg.
        ffmpeg: with the source as its input.
        source: what the probe found.
        targets: to encode.

    Raises:
        CopyDiffers: the source has gaps that a copy would not have.
        ConversionError: as `FFmpeg.run`.
    """
    plans = [target.plan for target in targets]
    picture = _picture(ffmpeg, source) if any(embeds_picture(plan, source) for plan in plans) else None
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
    meters, over = _meters(plans, source), over_meters(plans, source)
    checksum = checksum_of(ffmpeg, source) if source_signal(source) in meters else None
    taps = [_tap(signal, meters[signal], checksum, source) for signal in meters]
    taps += [meter.tap() for meter in over.values()]
    completed = ffmpeg.run(outputs, inputs, taps, throttle=attempt.uploads.throttle)
    if completed.jumps and any(plan.is_copied and loses_clock(plan.form) for plan in plans):
        raise CopyDiffers
    if damaged := damaged_packets(completed.errors):
        attempt.notes.append(Note.of(DamagedPackets(damaged)))
    if checksum and (wrong := checksum.finding()):
        attempt.notes.append(Note.of(wrong))
    attempt.notes.extend(_clipped(plans, over))
    if meters:
        attempt.notes.extend(_jumps(completed.timeline))
    return Encoded(meters, completed.timeline)


def _jumps(timeline: TimelineReport) -> Iterator[Note]:
    if timeline.gaps:
        yield Note.of(GapsFilled(timeline.filled_s, timeline.gaps))
    if timeline.overlaps:
        yield Note.of(OverlapsTrimmed(timeline.trimmed_s, timeline.overlaps))


def _tap(signal: Signal, meter: Meter, checksum: Checksum | None, source: Probe) -> PcmTap:
    """Return the tap for a meter, and where it has the samples of the source, for their checksum, too."""

    def add(data: memoryview) -> None:
        meter.add(data)
        if checksum and signal == source_signal(source):
            checksum.add(data)

    return PcmTap(signal.filters, signal.rate_hz, signal.channels, add)


def _clipped(plans: Sequence[Plan], over: Mapping[Signal, OverMeter]) -> Iterator[Note]:
    for number, plan in enumerate(plans):
        meter = over.get(plan.signal) if plan.signal and clips(plan) else None
        if meter and meter.peak_dbfs > 0:
            yield Note.of(SourceClips(meter.peak_dbfs), number)


def _output_args(ffmpeg: FFmpeg, target: Target, tag_args: Sequence[str]) -> list[str]:
    plan = target.plan
    filters = (
        [*_copy_args(ffmpeg, plan)]
        if plan.is_copied
        else ["-af", ",".join((*ffmpeg.timeline_filters, *plan.filters))]
    )
    muxer = [*plan.form.muxer_args, "-f", plan.form.muxer, f"file:{target.file.name}"]
    return [*plan.encoder_args, *filters, *tag_args, *muxer]


def _filter_args(ffmpeg: FFmpeg, plan: Plan) -> Sequence[str]:
    return ("-af", ",".join((*ffmpeg.timeline_filters, *plan.filters)))


def _copy_args(ffmpeg: FFmpeg, plan: Plan) -> Sequence[str]:
    return ffmpeg.timeline.copy_args if loses_clock(plan.form) else ()


def _meters(plans: Sequence[Plan], source: Probe) -> dict[Signal, Meter]:
    """Return a meter for each signal, and one for the source itself unless only a part of it is decoded."""
    expected_s = {plan.signal: plan.duration_s for plan in plans if plan.signal}
    if expected_s and not any(plan.is_cut for plan in plans):
        expected_s.setdefault(source_signal(source), source.duration_s)
    return {signal: Meter(signal.rate_hz, signal.channels, s) for signal, s in expected_s.items()}


def _picture(ffmpeg: FFmpeg, source: Probe) -> bytes | None:
    """Return the cover's bytes; None where it is absurdly large."""
    file = ffmpeg.source.with_name("cover")
    ffmpeg.run(["-map", f"0:{source.cover}", "-c:v", "copy", "-f", "image2pipe", f"file:{file.name}"])
    return file.read_bytes() if file.stat().st_size <= MAX_COVER_BYTES else None
