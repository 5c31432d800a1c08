"""Probes a file with ffprobe, by its content; its name does not matter."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from shared.domain.errors import ConversionTimedOut, Encrypted, NotAudio, Unavailable

from ..checkpoint import UNBOUNDED
from ..containers.chunk_lengths import caf_states_length
from ..containers.id3 import ID3_CONTAINERS, chapters, multiple_values
from ..containers.mp4 import MP4, is_protected
from ..containers.pages import flv_is_complete, ogg_has_end, ogg_is_joined
from ..containers.reader import reading, unless_complex
from ..containers.wave import misread_samples
from ..ffmpeg.arguments import GUARDS
from ..ffmpeg.limits import limit_exceeded
from ..ffmpeg.progress import decoded_any
from ..process.limits import MIB, Limits
from ..process.runner import run
from .dump import read_dump
from .kinds import HEAD_BYTES, check_kind
from .report import MAX_TITLE_CHARACTERS, always, kept_tags, parse_report
from .text import decode, without_loss
from .unreadable import unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from shared.domain.media import Chapter, Probe

    from ..checkpoint import Checkpoint
    from ..containers.reader import Reader
    from ..ffmpeg.binaries import Tools
    from ..process.limits import CompletedProcess

# A valid file takes a tenth of a second. Even on a busy machine, CPU time runs out before wall time: then the
# file is at fault, and another attempt would end alike.
_LIMITS = Limits(wall_s=90, cpu_s=5, file_bytes=0)
# Bytes that are no UTF-8 are written as they are, and decoded here.
_JSON = "json=string_validation=ignore"
_REPORT = ("-show_format", "-show_streams", "-show_chapters", "-of", _JSON)
# The same without tags and titles, where these exceed what is read of a report; chapters are then counted.
_SHORT_REPORT = (
    "-show_entries",
    "format=format_name,duration,bit_rate:stream:stream_tags=language:stream_disposition:chapter=id",
    "-of",
    _JSON,
)
_MAX_REPORT_BYTES = 4 * MIB
# FLAC of 32 bits is decoded since ffmpeg 6.0; earlier versions read it and return nothing.
_FLAC_BITS = 24
# ffprobe's last error where it cannot open a stream's decoder. Then it writes no report.
_NOT_OPENED = "Could not open codec for input stream"
# Containers that state the length of their audio, though ffprobe reports no duration.
_SIZED = frozenset({"dsf", "iff", "w64"})
# Frames one after the other, of which ffprobe reads the length from the last one's clock, or not at all.
_ENDLESS = frozenset(
    ["aac", "ac3", "amr", "amrnb", "amrwb", "dts", "eac3", "loas", "mlp", "mpeg", "mpegts", "truehd"],
)
# The log describes the whole file, tags included.
_MAX_LOG_BYTES = 256 * 1024


def probe(
    tools: Tools,
    file: Path,
    track: str | None = None,
    *,
    is_whole: bool = True,
    checkpoint: Checkpoint = UNBOUNDED,
) -> Probe:
    """Examine the container, and the audio track to convert.

    Args:
        tools: ffprobe, and ffmpeg, which tries the decoders where there is a choice.
        file: to examine.
        track: number or language of the track to convert; None for the best.
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
    with reading(file, checkpoint) as data:
        check_kind(data.at(0, HEAD_BYTES))
    completed = _run(tools.ffprobe, "-v", "warning", *_REPORT, *GUARDS, file=file, checkpoint=checkpoint)
    if completed.code == 0 and len(completed.output) >= _MAX_REPORT_BYTES:
        short = (tools.ffprobe, "-v", "warning", *_SHORT_REPORT, *GUARDS)
        completed = _run(*short, file=file, checkpoint=checkpoint)
    plays = partial(_plays, tools, file, checkpoint, is_whole=is_whole)
    try:
        if completed.code == 0:
            report = _with_samples(json.loads(without_loss(completed.output)), file, checkpoint)
            found = parse_report(report, completed.errors, track, plays=plays)
        elif _NOT_OPENED in completed.errors:
            found = _probe_by_log(tools, file, track, plays, checkpoint)
        else:
            with reading(file, checkpoint) as data:
                raise unreadable(completed.errors, data)
    except (ValueError, KeyError) as error:  # a report beyond the output limit, or a field of another type
        raise NotAudio("The description of the streams in the file is invalid.") from error
    if found.codec == "flac" and (found.bits_per_sample or 0) > _FLAC_BITS and not plays(found.stream):
        raise NotAudio(
            f"This is a FLAC with {found.bits_per_sample} bits per sample; FLAC is read up to {_FLAC_BITS}.",
            hint="Export it as FLAC with 24 bits, or as WAV with 32, and upload that.",
        )
    with reading(file, checkpoint) as data:
        if _is_protected(found, data):
            raise Encrypted
        states_length = _states_length(found, data)
        return replace(_corrected(found, data), states_length=states_length)


def _probe_by_log(
    tools: Tools,
    file: Path,
    track: str | None = None,
    plays: Callable[[int], bool] = always,
    checkpoint: Checkpoint = UNBOUNDED,
) -> Probe:
    """Probe a file of which ffprobe cannot open one stream: by its log, and by trying ffmpeg's decoders."""
    completed = _run(tools.ffprobe, "-v", "info", *GUARDS, file=file, checkpoint=checkpoint)
    described = read_dump(without_loss(completed.error_bytes))
    opens = partial(_opens, tools, file, checkpoint)
    return parse_report(described, completed.errors, track, opens=opens, plays=plays)


def _opens(tools: Tools, file: Path, checkpoint: Checkpoint, number: int) -> bool:
    """Return whether ffmpeg opens a decoder for an audio stream, where ffprobe could not for one of them."""
    # Decoding 0 seconds reads no more than a probe; the file may hold only the ends of a streamed source.
    return _decode(tools, file, checkpoint, number, "-t", "0").code == 0


def _plays(tools: Tools, file: Path, checkpoint: Checkpoint, number: int, *, is_whole: bool) -> bool:
    """Return whether ffmpeg decodes anything of an audio stream; it stops at the first frame.

    Raises:
        NotAudio: of the ends of a file, nothing could be decoded; the rest may tell.
    """
    first = ("-frames:a", "1", "-progress", "pipe:1")
    try:
        plays = decoded_any(_decode(tools, file, checkpoint, number, *first).output)
    except (ConversionTimedOut, Unavailable):  # nothing so far, in as much as a probe may read
        checkpoint()
        return False
    if not plays and not is_whole:
        raise NotAudio
    return plays


def _decode(tools: Tools, file: Path, checkpoint: Checkpoint, number: int, *bounds: str) -> CompletedProcess:
    last = ("-map", f"0:a:{number}", *bounds, "-f", "null", "-")
    argv = (tools.ffmpeg, "-nostdin", "-v", "error", *GUARDS, "-i")
    return _run(*argv, file=file, checkpoint=checkpoint, last=last)


def _run(
    program: str, *arguments: str, file: Path, checkpoint: Checkpoint, last: Sequence[str] = ()
) -> CompletedProcess:
    argv = [program, "-hide_banner", *arguments, f"file:{file.name}", *last]
    limits = replace(_LIMITS, until=checkpoint.until)
    completed = run(
        argv,
        file.parent,
        limits,
        lambda _: checkpoint(),
        max_output=_MAX_REPORT_BYTES,
        max_errors=_MAX_LOG_BYTES,
    )
    checkpoint()
    if completed.timed_out:
        raise Unavailable("ffprobe did not finish in time.")
    if exceeded := limit_exceeded(completed, _LIMITS):
        raise exceeded
    return completed


def _with_samples(report: dict[str, Any], file: Path, checkpoint: Checkpoint) -> dict[str, Any]:
    """Return the report of a WAV with what its samples are."""
    if report.get("format", {}).get("format_name") != "wav" or len(report.get("streams", [])) != 1:
        return report
    with reading(file, checkpoint) as data:
        samples = unless_complex(misread_samples, data, None)
    if samples is None:
        return report
    stream = report["streams"][0] | {
        "codec_name": samples.codec,
        "sample_fmt": samples.sample_format,
        "bits_per_sample": samples.bits,
        "bits_per_raw_sample": samples.bits,
        "duration": samples.seconds,
    }
    return report | {"streams": [stream]}


def _is_protected(found: Probe, data: Reader) -> bool:
    """Return whether what ffprobe found is encrypted, of which decoders make noise or nothing."""
    protected = partial(is_protected, number=found.stream)
    return found.container == MP4 and unless_complex(protected, data, unknown=False)


def _states_length(found: Probe, data: Reader) -> bool:
    """Return whether the container says where its audio ends; ffprobe reports what is there."""
    if found.container == "ogg":
        return ogg_has_end(data)
    if found.container == "caf":
        return caf_states_length(data)
    return found.container in _SIZED or (found.duration_s is not None and found.container not in _ENDLESS)


def _corrected(found: Probe, data: Reader) -> Probe:
    """Correct what ffprobe gets wrong.

    It reports the last one's duration for joined Oggs, the whole one's for a truncated FLV, the first of
    several values of an ID3 text, and not all chapters of ID3.
    """
    if found.container == "ogg" and ogg_is_joined(data):
        return replace(found, duration_s=None)
    if found.container == "flv" and not flv_is_complete(data):
        return replace(found, length_is_bound=False)
    if found.container in {*ID3_CONTAINERS, "aiff"}:
        found = _with_chapters(found, data)
    if found.container in ID3_CONTAINERS:
        none: dict[str, str] = {}
        values = unless_complex(multiple_values, data, none)
        multiple = {n: decode(text, may_be_latin1=True)[0] for n, text in values.items() if n in found.tags}
        return replace(found, tags={**found.tags, **kept_tags(multiple)})
    return found


def _with_chapters(found: Probe, data: Reader) -> Probe:
    """Return the probe with the chapters that are in the ID3 tag, if ffprobe did not find all of them."""
    none: list[Chapter] = []
    read = unless_complex(chapters, data, none)
    if len(read) <= found.chapter_count:
        return found
    titles = (decode(one.title, may_be_latin1=True)[0][:MAX_TITLE_CHARACTERS] for one in read)
    all_of_them = tuple(replace(one, title=title) for one, title in zip(read, titles, strict=True))
    return replace(found, chapters=all_of_them, chapter_count=len(read))
