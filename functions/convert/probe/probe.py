"""Probes a file with ffprobe, by its content; its name does not matter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.domain.errors import Encrypted, NotAudio

from ..checkpoint import UNBOUNDED
from ..metadata.readers.read import read_tags
from .corrections import corrected, is_encrypted, with_samples, with_tags
from .dump import read_dump
from .examination import Examination
from .kinds import HEAD_BYTES, check_kind
from .report import parse_report
from .text import without_loss
from .unreadable import unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from shared.domain.media import Probe

    from ..checkpoint import Checkpoint
    from ..ffmpeg.binaries import Tools
    from ..metadata.model.tags import Tags

# FLAC of 32 bits is decoded since ffmpeg 6.0; earlier versions read it and return nothing.
_FLAC_BITS = 24
# ffprobe's last error where it cannot open a stream's decoder. Then it writes no report.
_NOT_OPENED = "Could not open codec for input stream"


def probe(tools: Tools, file: Path, track: str | None = None, *, checkpoint: Checkpoint = UNBOUNDED) -> Probe:
    """Examine a whole file, as `examine` does, but for its tags."""
    return examine(tools, file, track, checkpoint=checkpoint)[0]


def examine(
    tools: Tools,
    file: Path,
    track: str | None = None,
    *,
    tag_encoding: str | None = None,
    is_whole: bool = True,
    checkpoint: Checkpoint = UNBOUNDED,
) -> tuple[Probe, Tags]:
    """Examine the container, the audio track to convert, and the tags.

    Args:
        tools: ffprobe, and ffmpeg, which tries the decoders where there is a choice.
        file: to examine.
        track: number or language of the track to convert; None for the best.
        tag_encoding: of tags that are no UTF-8 and do not state theirs; None to find out.
        is_whole: whether the file is complete, and not only both ends of one.
        checkpoint: of the attempt.

    Raises:
        NotAudio: no enabled demuxer knows the content, or no audio stream can be decoded.
        NoAudioStream: it is a media file without audio.
        TrackNotFound: there is no such track.
        Encrypted: the audio is protected.
        TooManyStreams: there are more than `MAX_STREAMS`.
        ConversionTimedOut: ffprobe takes far more CPU time than valid files need, or the attempt's is up.
        LeaseLost: the task was deleted, cancelled or taken over.
        Unavailable: ffprobe did not finish in time.
    """
    examination = Examination(tools, file, is_whole, checkpoint)
    with examination.reading() as data:
        check_kind(data.at(0, HEAD_BYTES))
    try:
        found = _probe_by_report(examination, track, tag_encoding)
    except (ValueError, KeyError) as error:  # a report beyond the output limit, or a field of another type
        raise NotAudio("The description of the streams in the file is invalid.") from error
    _check_flac(examination, found)
    with examination.reading() as data:
        if is_encrypted(found, data):
            raise Encrypted
        found = corrected(found, data)
    with examination.reading() as data:
        tags = read_tags(data, found, tag_encoding)
    return with_tags(found, tags), tags


def _probe_by_report(examination: Examination, track: str | None, tag_encoding: str | None) -> Probe:
    completed = examination.report()
    if _NOT_OPENED in completed.errors and completed.code != 0:
        return probe_by_log(examination, track, tag_encoding)
    with examination.reading() as data:
        if completed.code != 0:
            raise unreadable(completed.errors, data)
        report = with_samples(json.loads(without_loss(completed.output)), data)
    return parse_report(report, completed.errors, track, tag_encoding=tag_encoding, plays=examination.plays)


def probe_by_log(
    examination: Examination, track: str | None = None, tag_encoding: str | None = None
) -> Probe:
    """Probe a file of which ffprobe cannot open one stream: by its log, and by trying ffmpeg's decoders.

    Raises as `parse_report`.
    """
    completed = examination.log()
    described = read_dump(without_loss(completed.error_bytes))
    opens, plays = examination.opens, examination.plays
    return parse_report(
        described, completed.errors, track, tag_encoding=tag_encoding, opens=opens, plays=plays
    )


def _check_flac(examination: Examination, found: Probe) -> None:
    bits = found.bits_per_sample or 0
    if found.codec == "flac" and bits > _FLAC_BITS and not examination.plays(found.stream):
        raise NotAudio(
            f"This is a FLAC with {bits} bits per sample; FLAC is read up to {_FLAC_BITS}.",
            hint="Export it as FLAC with 24 bits, or as WAV with 32, and upload that.",
        )
