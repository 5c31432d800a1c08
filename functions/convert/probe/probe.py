"""What a file really is, by ffprobe: recognised by its content, never by its name."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO

from shared.domain.errors import Encrypted, NoAudioStream, NotAudio, TooManyStreams, Unavailable
from shared.domain.media import Chapter
from shared.domain.sources import COVERS, DECODED
from shared.domain.task import Probe

from ..containers.id3 import multiple_values
from ..containers.pages import flv_is_complete, ogg_is_joined
from ..ffmpeg.arguments import GUARDS, MAX_STREAMS
from ..ffmpeg.limits import limit_exceeded
from ..process.limits import Limits
from ..process.runner import run
from .dump import read_dump

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ..ffmpeg.binaries import Tools
    from ..process.limits import CompletedProcess

_TOO_MANY = f"The file has more than {MAX_STREAMS} streams."
# An honest file takes a tenth of a second. CPU runs out before the clock does, even on a busy machine: then
# it is the file's fault, and another attempt would end alike.
LIMITS = Limits(wall_s=90, cpu_s=5, file_bytes=0)
# A document holds 1 MiB; no tag that a person reads is longer than this.
MAX_TAGS, MAX_TAG_CHARACTERS = 64, 1000
MAX_CHAPTERS, MAX_TITLE_CHARACTERS = 500, 200
# Containers that begin with an ID3 tag, if there is one.
WITH_ID3 = frozenset({"mp3", "aac"})
# Sample entries of MP4: encrypted by its own standard, by iTunes, by Audible.
_PROTECTED = frozenset({"enca", "drms", "aavd"})
_SHOWN = ("-show_format", "-show_streams", "-show_chapters")
# ffprobe's last words where a stream's decoder cannot be opened: it writes no JSON then.
_NOT_OPENED = "Could not open codec for input stream"
# The description of a file in the log, tags and all.
MAX_LOG_BYTES = 256 * 1024
# What ffmpeg calls that kind of picture, of those that ID3v2 and FLAC number alike.
FRONT_COVER = "Cover (front)"
# Of program streams (ISO/IEC 13818-1, 2.4.3.7); an ffmpeg that knows no video may take them for MP3.
_MPEG_PICTURES = range(0x1E0, 0x1F0)


def probe(tools: Tools, file: Path) -> Probe:
    """Look at the container and at its first audio stream that can be decoded.

    Raises:
        NotAudio: no enabled demuxer knows the content.
        NoAudioStream: a media file without sound.
        Encrypted: its sound is protected.
        TooManyStreams: more than `MAX_STREAMS`.
        ConversionTimedOut: it keeps ffprobe at work for longer than any honest file does.
        Unavailable: ffprobe did not finish in time.
    """
    finished = _run(tools.ffprobe, "-v", "warning", *_SHOWN, "-of", "json", *GUARDS, file=file)
    try:
        if finished.code == 0:
            found = _read(json.loads(finished.output), finished.errors)
        elif _NOT_OPENED in finished.errors:
            found = _read_without_decoders(tools, file)
        else:
            raise _refusal(finished.errors)
    except (ValueError, KeyError) as error:  # cut because it was endless, or a field that is no number
        raise NotAudio("The description of the streams in the file is invalid.") from error
    with file.open("rb") as data:
        return _corrected(found, data, file.stat().st_size)


def _read_without_decoders(tools: Tools, file: Path) -> Probe:
    """Where ffprobe gives up on one stream, its log describes the others, and ffmpeg tries their decoders."""

    def opens(number: int) -> bool:
        # Nothing is read beyond what the probe reads: of a streamed source only the two ends lie there.
        nothing = ("-map", f"0:a:{number}", "-t", "0", "-f", "null", "-")
        return _run(tools.ffmpeg, "-nostdin", "-v", "error", *GUARDS, "-i", file=file, last=nothing).code == 0

    logged = _run(tools.ffprobe, "-v", "info", *GUARDS, file=file).errors
    return _read(read_dump(logged), logged, opens)


def _run(program: str, *arguments: str, file: Path, last: Sequence[str] = ()) -> CompletedProcess:
    argv = [program, "-hide_banner", *arguments, f"file:{file.name}", *last]
    finished = run(argv, file.parent, LIMITS, max_errors=MAX_LOG_BYTES)
    if finished.timed_out:
        raise Unavailable("ffprobe did not finish in time.")
    if exceeded := limit_exceeded(finished, LIMITS):
        raise exceeded
    return finished


def _corrected(found: Probe, data: BinaryIO, size: int) -> Probe:
    """Of joined Oggs ffprobe gives the last one's length; of an FLV that breaks off, the whole one's.

    Of several values in ID3 it gives the first.
    """
    if found.container == "ogg" and ogg_is_joined(data, size):
        return replace(found, duration_s=None)
    if found.container == "flv" and not flv_is_complete(data, size):
        return replace(found, length_is_bound=False)
    if found.container in WITH_ID3:
        several = {name: text for name, text in multiple_values(data).items() if name in found.tags}
        return replace(found, tags={**found.tags, **_tags(several)})
    return found


def _refusal(errors: str) -> Exception:
    if "max_streams" in errors:
        return TooManyStreams(_TOO_MANY)
    return NotAudio()


def _read(
    report: Mapping[str, Any], errors: str, opens: Callable[[int], bool] = lambda _number: True
) -> Probe:
    container, streams = report.get("format", {}), report.get("streams", [])
    if len(streams) > MAX_STREAMS:
        raise TooManyStreams(_TOO_MANY)
    number, audio = _sound(str(container.get("format_name")), streams, opens)
    return Probe(
        container=str(container.get("format_name", "")),
        codec=str(audio.get("codec_name", "unknown")),
        duration_s=_duration(container, audio, errors),
        length_is_bound=_is_bound(container, audio, streams),
        stream=number,
        sample_rate_hz=int(audio["sample_rate"]),
        channels=int(audio["channels"]),
        bit_rate_kbps=_kbps(audio.get("bit_rate") or container.get("bit_rate")),
        bits_per_sample=int(audio.get("bits_per_raw_sample") or audio.get("bits_per_sample") or 0) or None,
        tags=_tags({**container.get("tags", {}), **audio.get("tags", {})}),
        sample_format=str(audio.get("sample_fmt", "")),
        profile=str(audio.get("profile", "")),
        layout=str(audio.get("channel_layout", "")),
        cover=_cover(streams),
        chapters=tuple(_chapter(entry) for entry in report.get("chapters", [])[:MAX_CHAPTERS]),
    )


def _sound(
    container: str, streams: Sequence[Mapping[str, Any]], opens: Callable[[int], bool]
) -> tuple[int, Mapping[str, Any]]:
    """The first audio stream that can be decoded, and its number among them."""
    sounds = [s for s in streams if s.get("codec_type") == "audio"]
    if not sounds:
        raise NoAudioStream
    for number, sound in enumerate(sounds):
        if _is_decoded(container, sound) and opens(number):
            return number, sound
    if any(s.get("codec_tag_string") in _PROTECTED for s in sounds):
        raise Encrypted
    unknown = sorted({str(s.get("codec_name", "unknown")) for s in sounds} - DECODED)
    if unknown:
        raise NotAudio(f"The codec is not supported: {', '.join(unknown)}.")
    raise NotAudio("The file claims to contain audio, but none of it can be decoded.")


def _is_decoded(container: str, sound: Mapping[str, Any]) -> bool:
    is_picture = container == "mpeg" and int(sound.get("id", "0"), 16) in _MPEG_PICTURES
    # The format of samples is the decoder's: without, it was never opened.
    is_told = int(sound.get("sample_rate", 0)) and int(sound.get("channels", 0)) and sound.get("sample_fmt")
    is_known = sound.get("codec_name") in DECODED and sound.get("codec_tag_string") not in _PROTECTED
    return bool(is_told) and is_known and not is_picture


def _is_bound(
    container: Mapping[str, Any], audio: Mapping[str, Any], streams: Sequence[Mapping[str, Any]]
) -> bool:
    """Whether other streams may make the length: Matroska, FLV and ASF have one for them all."""
    others = [s for s in streams if s is not audio and not s.get("disposition", {}).get("attached_pic")]
    return bool(others) and ("duration" not in audio or container.get("format_name") == "asf")


def _cover(streams: Sequence[Mapping[str, Any]]) -> int | None:
    """The number of the front cover's stream, or else of the first picture's; None if there is none."""
    pictures = [s for s in streams if _is_cover(s)]
    front = [s for s in pictures if s.get("tags", {}).get("comment") == FRONT_COVER]
    return next((int(s["index"]) for s in (*front, *pictures)), None)


def _is_cover(stream: Mapping[str, Any]) -> bool:
    """Whether it is a picture that others can hold: they want its size, and rubbish has none."""
    is_picture = stream.get("codec_name") in COVERS and int(stream.get("width", 0)) > 0
    return is_picture and bool(stream.get("disposition", {}).get("attached_pic"))


def _chapter(entry: Mapping[str, Any]) -> Chapter:
    title = str(entry.get("tags", {}).get("title", ""))[:MAX_TITLE_CHARACTERS]
    return Chapter(float(entry["start_time"]), float(entry["end_time"]), title)


def _duration(container: Mapping[str, Any], audio: Mapping[str, Any], errors: str) -> float | None:
    """Seconds, or None where ffprobe only guesses: such a figure proves nothing about what is missing."""
    if "Estimating duration from bitrate" in errors:
        return None
    seconds = audio.get("duration") or container.get("duration")
    return float(seconds) if seconds else None


def _kbps(bits_per_second: str | None) -> int | None:
    return round(int(bits_per_second) / 1000) if bits_per_second and bits_per_second.isdigit() else None


def _tags(raw: Mapping[str, Any]) -> dict[str, str]:
    # Firestore takes no empty field name and none between double underscores.
    named = {k.lower(): str(v) for k, v in raw.items() if k.strip() and not k.startswith("__")}
    return {k[:100]: v[:MAX_TAG_CHARACTERS] for k, v in list(named.items())[:MAX_TAGS]}
