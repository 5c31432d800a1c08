"""The encoding step: one pass encodes all outputs, while large ones are uploaded and the audio is metered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .live_loudness import loudness_listener
from .transcode import Encoded, transcode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..attempt import Attempt
    from ..ffmpeg.run import FFmpeg
    from ..plan.plan import Target
    from ..source.probed_source import ProbedSource


def encode_outputs(
    attempt: Attempt, source: ProbedSource, targets: Sequence[Target], *, again: bool = False
) -> Encoded:
    """Encode every target.

    Args:
        attempt: that has the uploads.
        source: to encode.
        targets: to write to.
        again: whether another pass has metered the source, and noted what is wrong with it.

    Raises:
        DiskQuotaExceeded: the outputs need too much space.
        MustNormalise: the source has to be normalised first.
        ConversionError: as `FFmpeg.run`.
        PlatformError: an upload failed, or the lease is lost.
    """
    folder, uploads = source.file.parent, attempt.uploads
    uploads.quota.check(folder, sum(target.plan.minimum_bytes for target in targets))
    streamable = {
        target.file: loudness_listener(attempt, target) for target in targets if target.plan.is_streamable
    }
    ffmpeg = _ffmpeg(attempt, source, targets, again=again)
    with attempt.log.timed("transcoded", formats=[target.plan.form.name for target in targets]) as line:
        line["copied"] = sum(target.plan.is_copied for target in targets)
        with uploads.watching(folder, streamable):
            encoded = transcode(attempt, ffmpeg, source.probe, source.tags, targets, again=again)
        line["streamedOutputs"] = sum(uploads.find(file) is not None for file in streamable)
    return encoded


def discard_outputs(attempt: Attempt, folder: Path) -> None:
    """Delete what was encoded so far, in the folder and in the bucket."""
    attempt.uploads.close()
    for file in folder.glob("output-*"):
        file.unlink()


def discard_output(attempt: Attempt, file: Path) -> None:
    """Delete one output, in the folder and in the bucket."""
    attempt.uploads.discard(file)
    file.unlink()


def _ffmpeg(attempt: Attempt, source: ProbedSource, targets: Sequence[Target], *, again: bool) -> FFmpeg:
    if again:
        return source.ffmpeg(attempt.tools, attempt.limits, attempt.correcting_progress())
    total_s = targets[0].plan.duration_s or source.probe.duration_s
    after_analysis = any(target.plan.analysis.took_a_pass for target in targets)
    on_progress = attempt.encoding_progress(total_s, after_analysis=after_analysis)
    return source.ffmpeg(attempt.tools, attempt.limits, on_progress)
