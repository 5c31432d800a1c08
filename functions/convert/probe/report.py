"""Turns ffprobe's report into a probe: chooses the audio stream, the cover, and what is kept of the tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from shared.domain.errors import Encrypted, NoAudioStream, NotAudio, TooManyStreams
from shared.domain.media import Chapter, Probe
from shared.domain.sources import COVERS, DECODED

from ..ffmpeg.arguments import MAX_STREAMS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A Firestore document holds 1 MiB; no tag that a person reads is longer than this.
MAX_TAGS, MAX_TAG_CHARACTERS = 64, 1000
_MAX_CHAPTERS, _MAX_TITLE_CHARACTERS = 500, 200
# Sample entries of protected audio in MP4: its own standard, iTunes, Audible.
_PROTECTED = frozenset({"enca", "drms", "aavd"})
# ffmpeg's name for this kind of picture, which ID3v2 and FLAC number alike.
FRONT_COVER = "Cover (front)"
# ffprobe's warnings about pictures of which it makes no stream: ID3, FLAC and Vorbis comments, MP4.
_SKIPPED_PICTURE = re.compile(r"Unknown (?:attached )?picture mime ?type|Unknown cover type", re.IGNORECASE)
# Whose duration is the difference between the first timestamp and the last.
OWN_CLOCKS = frozenset({"mpegts", "mpeg"})
# Video in program streams (ISO/IEC 13818-1, 2.4.3.7); an ffmpeg without video may take it for MP3.
_MPEG_VIDEO = range(0x1E0, 0x1F0)


def parse_report(
    report: Mapping[str, Any], errors: str, opens: Callable[[int], bool] = lambda _number: True
) -> Probe:
    """Return what the report says.

    Args:
        report: `format`, `streams` and `chapters`, as in ffprobe's JSON.
        errors: ffprobe's log.
        opens: whether ffmpeg can open the decoder of an audio stream, by its number among these.

    Raises:
        NoAudioStream: there is no audio.
        Encrypted: the audio is protected.
        NotAudio: no audio stream can be decoded.
        TooManyStreams: there are more than `MAX_STREAMS`.
        KeyError, ValueError: a field is missing or invalid.
    """
    container, streams = report.get("format", {}), report.get("streams", [])
    if len(streams) > MAX_STREAMS:
        raise too_many_streams()
    number, audio = _audio_stream(str(container.get("format_name")), streams, opens)
    return Probe(
        container=str(container.get("format_name", "")),
        codec=str(audio.get("codec_name", "unknown")),
        duration_s=_duration(container, audio, errors),
        length_is_bound=_length_is_bound(container, audio, streams),
        stream=number,
        audio_streams=_audio_count(str(container.get("format_name")), streams),
        sample_rate_hz=int(audio["sample_rate"]),
        channels=int(audio["channels"]),
        bit_rate_kbps=_kbps(audio.get("bit_rate") or container.get("bit_rate")),
        bits_per_sample=int(audio.get("bits_per_raw_sample") or audio.get("bits_per_sample") or 0) or None,
        tags=kept_tags({**container.get("tags", {}), **audio.get("tags", {})}),
        sample_format=str(audio.get("sample_fmt", "")),
        profile=str(audio.get("profile", "")),
        layout=str(audio.get("channel_layout", "")),
        cover=_cover(streams),
        pictures=_picture_count(streams, errors),
        chapters=tuple(_chapter(entry) for entry in report.get("chapters", [])[:_MAX_CHAPTERS]),
        chapter_count=len(report.get("chapters", [])),
    )


def too_many_streams() -> TooManyStreams:
    """Return the error with the limit."""
    return TooManyStreams(f"The file has more than {MAX_STREAMS} streams.")


def kept_tags(raw: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags in lower case, cut to what a document holds."""
    # Firestore refuses field names that are empty or begin with two underscores.
    named = {k.lower(): str(v) for k, v in raw.items() if k.strip() and not k.startswith("__")}
    return {k[:100]: v[:MAX_TAG_CHARACTERS] for k, v in list(named.items())[:MAX_TAGS]}


def _audio_stream(
    container: str, streams: Sequence[Mapping[str, Any]], opens: Callable[[int], bool]
) -> tuple[int, Mapping[str, Any]]:
    """Return the first audio stream that can be decoded, and its number among the audio streams."""
    candidates = [s for s in streams if s.get("codec_type") == "audio"]
    if not candidates:
        raise NoAudioStream
    for number, audio in enumerate(candidates):
        if _is_decodable(container, audio) and opens(number):
            return number, audio
    if any(s.get("codec_tag_string") in _PROTECTED for s in candidates):
        raise Encrypted
    unknown = sorted({str(s.get("codec_name", "unknown")) for s in candidates} - DECODED)
    if unknown:
        raise NotAudio(f"The codec is not supported: {', '.join(unknown)}.")
    raise NotAudio("The file claims to contain audio, but none of it can be decoded.")


def _audio_count(container: str, streams: Sequence[Mapping[str, Any]]) -> int:
    return sum(s.get("codec_type") == "audio" and not _is_video(container, s) for s in streams)


def _is_video(container: str, audio: Mapping[str, Any]) -> bool:
    return container == "mpeg" and int(audio.get("id", "0"), 16) in _MPEG_VIDEO


def _is_decodable(container: str, audio: Mapping[str, Any]) -> bool:
    # The sample format is the decoder's: without one, the decoder was never opened.
    is_complete = (
        int(audio.get("sample_rate", 0)) and int(audio.get("channels", 0)) and audio.get("sample_fmt")
    )
    is_known = audio.get("codec_name") in DECODED and audio.get("codec_tag_string") not in _PROTECTED
    return bool(is_complete) and is_known and not _is_video(container, audio)


def _length_is_bound(
    container: Mapping[str, Any], audio: Mapping[str, Any], streams: Sequence[Mapping[str, Any]]
) -> bool:
    """Return whether the audio may be shorter than the duration.

    Matroska, FLV and ASF have one duration for all streams, and AVI counts the delay of its audio. In MPEG
    streams, it is the difference of two clocks, which joined broadcasts have of their own.
    """
    if container.get("format_name") in OWN_CLOCKS:
        return True
    others = [s for s in streams if s is not audio and not s.get("disposition", {}).get("attached_pic")]
    return bool(others) and ("duration" not in audio or container.get("format_name") in {"asf", "avi"})


def _duration(container: Mapping[str, Any], audio: Mapping[str, Any], errors: str) -> float | None:
    """Return the seconds; None where ffprobe only estimates them, which proves nothing about truncation."""
    if "Estimating duration from bitrate" in errors:
        return None
    seconds = audio.get("duration") or container.get("duration")
    return float(seconds) if seconds else None


def _kbps(bits_per_second: str | None) -> int | None:
    return round(int(bits_per_second) / 1000) if bits_per_second and bits_per_second.isdigit() else None


def _cover(streams: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the number of the front cover's stream, else of the first picture's; None if there is none."""
    pictures = [s for s in streams if _is_cover(s)]
    front = [s for s in pictures if s.get("tags", {}).get("comment") == FRONT_COVER]
    return next((int(s["index"]) for s in (*front, *pictures)), None)


def _picture_count(streams: Sequence[Mapping[str, Any]], errors: str) -> int:
    attached = sum(bool(s.get("disposition", {}).get("attached_pic")) for s in streams)
    return attached + len(_SKIPPED_PICTURE.findall(errors))


def _is_cover(stream: Mapping[str, Any]) -> bool:
    """Return whether it is a picture that muxers take: they need its size, which junk has not."""
    is_picture = stream.get("codec_name") in COVERS and int(stream.get("width", 0)) > 0
    return is_picture and bool(stream.get("disposition", {}).get("attached_pic"))


def _chapter(entry: Mapping[str, Any]) -> Chapter:
    title = str(entry.get("tags", {}).get("title", ""))[:_MAX_TITLE_CHARACTERS]
    return Chapter(float(entry["start_time"]), float(entry["end_time"]), title)
