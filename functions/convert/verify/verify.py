"""The verification step: each output is probed, compared with its plan, measured and decoded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from shared.domain.errors import NoAudioStream, NotAudio, OutputMismatch
from shared.domain.media import Normalisation
from shared.domain.notes.base import Note

from ..ffmpeg.loudness import measure_loudness
from ..ffmpeg.run import FFmpeg
from ..metadata.gain import track_levels
from ..plan.channel_layout import naming_filters
from ..plan.plan import source_signal
from ..probe.adts import adts_duration_s
from ..probe.probe import probe
from .audibility import Playback, check_audible
from .checks import check_not_empty, check_output
from .findings import output_findings, source_findings, text_findings
from .verified_output import VerifiedOutput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from shared.domain.media import Probe
    from shared.domain.notes.base import Finding

    from ..attempt import Attempt
    from ..encode.transcode import Encoded
    from ..metadata.output_tags import OutputTags
    from ..metering.levels import Meter
    from ..plan.plan import Plan, Signal, Target
    from ..upload.streaming_upload import StreamingUpload

# What is decoded from a header that is not complete lasts as long, but for the encoder's delay.
_HEARD_S = 0.25


def verify_outputs(
    attempt: Attempt, source: Probe, targets: Sequence[Target], encoded: Encoded
) -> list[VerifiedOutput]:
    """Verify every output of one pass, and measure the loudness where one was requested.

    Args:
        attempt: that encoded them.
        source: what the probe found.
        targets: that were encoded.
        encoded: what the pass found out.

    Raises:
        ConversionError: the source ends early, or an output differs from its plan.
    """
    with attempt.log.timed("verified"):
        return [
            _verify(attempt, source, target, encoded, tags)
            for target, tags in zip(targets, encoded.tags, strict=True)
        ]


def conclude(attempt: Attempt, source: Probe, verified: Sequence[VerifiedOutput], encoded: Encoded) -> None:
    """Tag the outputs that are final with their levels, play them, and note what they lack of their source.

    Raises:
        OutputMismatch: an output is silent.
    """
    attempt.notes.extend(Note.of(finding) for finding in source_findings(source, encoded.meters))
    for output in verified:
        _write_levels(attempt, output)
    plans = [output.plan for output in verified]
    attempt.notes.extend(Note.of(finding) for finding in text_findings(source, plans))
    for number, output in enumerate(verified):
        attempt.notes.extend(Note.of(finding, number) for finding in _findings(source, output))
    heard = [_playback(output, encoded.meters) for output in verified if output.plan.signal]
    if heard:
        check_audible(_ffmpeg(attempt, heard[0].file), heard)


def _verify(
    attempt: Attempt, source: Probe, target: Target, encoded: Encoded, tags: OutputTags
) -> VerifiedOutput:
    plan, meters, upload = target.plan, encoded.meters, attempt.uploads.find(target.file)
    meter = meters[plan.signal] if plan.signal else None
    if meter:
        check_not_empty(plan, meter)
    write_to = upload.write_to if upload else None
    found = _probe(attempt, target, write_to)
    check_output(plan, source, found, meter, encoded.timeline.cut_s)
    ffmpeg = replace(_ffmpeg(attempt, target.file), write_source=write_to)
    shown = meter or meters.get(source_signal(source))
    return VerifiedOutput(
        target,
        found,
        shown.levels() if shown else None,
        _normalisation(ffmpeg, plan, found, upload),
        tags,
        upload,
    )


def _write_levels(attempt: Attempt, output: VerifiedOutput) -> None:
    """Write the output's own loudness, where its tags have it."""
    if not output.tags.needs_gain:
        return
    found, upload = output.probe, output.upload
    ffmpeg = replace(_ffmpeg(attempt, output.file), write_source=upload.write_to if upload else None)
    measured = measure_loudness(
        ffmpeg, naming_filters(found), found.sample_rate_hz, found.channels, seconds=found.duration_s
    )
    output.tags.write_levels(tuple(track_levels(output.plan.form, measured.loudness)))


def _findings(source: Probe, output: VerifiedOutput) -> Iterator[Finding]:
    return output_findings(output.tags, source, output.probe, output.normalisation)


def _probe(attempt: Attempt, target: Target, write_to: Callable[[BinaryIO], None] | None) -> Probe:
    try:
        found = probe(attempt.tools, target.file, checkpoint=attempt.checkpoint)
    except (NotAudio, NoAudioStream) as error:  # which would blame the source
        raise OutputMismatch("The output cannot be read.") from error
    if target.plan.form.muxer == "adts":
        seconds = adts_duration_s(attempt.tools, target.file, write_to, attempt.checkpoint)
        return replace(found, duration_s=seconds)
    return found


def _normalisation(
    ffmpeg: FFmpeg, plan: Plan, found: Probe, upload: StreamingUpload | None
) -> Normalisation | None:
    """Return the loudness of an output of which one was requested, measured while it was written or now."""
    goal, before = plan.analysis.goal, plan.analysis.before
    if goal is None or before is None:
        return None
    heard = upload.heard() if upload else None
    if heard and abs(heard.seconds - (found.duration_s or 0.0)) <= _HEARD_S:
        return Normalisation(before.loudness, heard.measurement.loudness)
    after = measure_loudness(
        ffmpeg,
        naming_filters(found),
        found.sample_rate_hz,
        found.channels,
        seconds=plan.analysis.measured_s,
        dual_mono=goal.dual_mono,
    )
    return Normalisation(before.loudness, after.loudness)


def _playback(output: VerifiedOutput, meters: Mapping[Signal, Meter]) -> Playback:
    assert output.plan.signal  # noqa: S101  # it was encoded
    meter = meters[output.plan.signal]
    return Playback(output.file, meter, output.probe.sample_rate_hz, output.probe.channels, output.upload)


def _ffmpeg(attempt: Attempt, output: Path) -> FFmpeg:
    """Return ffmpeg with an output as its input."""
    return FFmpeg(attempt.tools, output, attempt.limits, lambda _: attempt.report(1.0))
