"""Turns ffprobe's report into a probe: chooses the audio track, the cover, and what is kept of the tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from shared.domain.errors import Encrypted, TooManyStreams
from shared.domain.media import Chapter, DecodedTags, Probe
from shared.domain.sources import COVERS

from ..ffmpeg.arguments import MAX_STREAMS
from .text import decode_tags
from .tracks import candidates_of, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A Firestore document holds 1 MiB; no tag that a person reads is longer than this.
MAX_TAGS, MAX_NAME_CHARACTERS, MAX_TAG_CHARACTERS = 64, 100, 1000
# ffmpeg's name for this kind of picture, which ID3v2 and FLAC number alike.
FRONT_COVER = "Cover (front)"
# ffprobe's warnings about pictures of which it makes no stream: ID3, FLAC and Vorbis comments, MP4.
_SKIPPED_PICTURE = re.compile(r"Unknown (?:attached )?picture mime ?type|Unknown cover type", re.IGNORECASE)
# ffprobe's warning about Windows Media.
_PROTECTED_ASF = "DRM protected stream detected"
# The name of their titles, among those of tags.
_CHAPTERS = "chapters"
# Whose duration is the difference between the first timestamp and the last.
OWN_CLOCKS = frozenset({"mpegts", "mpeg"})


def always(_number: int) -> bool:
    """Return that a stream can be decoded, without asking ffmpeg."""
    return True


def parse_report(
    report: Mapping[str, Any],
    errors: str,
    selected: str | None = None,
    *,
    tag_encoding: str | None = None,
    opens: Callable[[int], bool] = always,
    plays: Callable[[int], bool] = always,
) -> Probe:
    """Return what the report says.

    Args:
        report: `format`, `streams` and `chapters`, as in ffprobe's JSON.
        errors: ffprobe's log.
        selected: number or language of the track to take; None for the best.
        tag_encoding: of tags that are no UTF-8; None to find out.
        opens: whether ffmpeg can open the decoder of an audio stream, by its number among these.
        plays: whether anything of it can be decoded.

    Raises:
        NoAudioStream: there is no audio.
        TrackNotFound: there is no such track.
        Encrypted: the audio is protected.
        NotAudio: no audio stream can be decoded.
        TooManyStreams: there are more than `MAX_STREAMS`.
        KeyError, ValueError: a field is missing or invalid.
    """
    if len(report.get("streams", [])) > MAX_STREAMS:
        raise too_many_streams()
    report = decode_tags(report, tag_encoding)
    container, streams = report["format"], report["streams"]
    if _PROTECTED_ASF in errors:
        raise Encrypted
    candidates = candidates_of(str(container.get("format_name")), streams)
    track, audio, number = choose(candidates, selected, opens, plays)
    tags = _recording_tags(container, audio)
    return Probe(
        container=str(container.get("format_name", "")),
        codec=str(audio.get("codec_name", "unknown")),
        duration_s=_duration(container, audio, errors),
        length_is_bound=_length_is_bound(container, audio, streams),
        stream=number,
        track=track.number,
        tracks=tuple(one.track for one in candidates),
        track_is_chosen=len(candidates) > 1 and selected is None,
        sample_rate_hz=int(audio["sample_rate"]),
        channels=int(audio["channels"]),
        bit_rate_kbps=_kbps(audio.get("bit_rate") or container.get("bit_rate")),
        bits_per_sample=int(audio.get("bits_per_raw_sample") or audio.get("bits_per_sample") or 0) or None,
        tags=kept_tags(tags),
        tag_count=len(tags),
        sample_format=str(audio.get("sample_fmt", "")),
        profile=str(audio.get("profile", "")),
        layout=str(audio.get("channel_layout", "")),
        cover=_cover(streams),
        pictures=_picture_count(streams, errors),
        chapters=tuple(_chapter(entry) for entry in report["chapters"] if "start_time" in entry),
        chapter_count=len(report["chapters"]),
        decoded_tags=_decoded_tags(report, audio),
    )


def too_many_streams() -> TooManyStreams:
    """Return the error with the limit."""
    return TooManyStreams(f"The file has more than {MAX_STREAMS} streams.")


def kept_tags(raw: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags in lower case, cut to what a document holds."""
    # Firestore refuses field names that are empty or begin with two underscores.
    named = {k.lower(): str(v) for k, v in raw.items() if k.strip() and not k.startswith("__")}
    return {k[:MAX_NAME_CHARACTERS]: v[:MAX_TAG_CHARACTERS] for k, v in list(named.items())[:MAX_TAGS]}


def _recording_tags(container: Mapping[str, Any], audio: Mapping[str, Any]) -> dict[str, str]:
    """Return all tags; those of the recording come before those of its track, as ffmpeg writes them."""
    return {**audio.get("tags", {}), **container.get("tags", {})}


def _decoded_tags(report: Mapping[str, Any], audio: Mapping[str, Any]) -> DecodedTags:
    """Return all tags in ffprobe's view, and the encodings of those that had to be decoded."""
    container = report["format"]
    guessed = {name.lower(): e for s in (audio, container) for name, e in s.get("guessed", {}).items()}
    if titles := [e for chapter in report["chapters"] for e in chapter.get("guessed", {}).values()]:
        guessed[_CHAPTERS] = titles[0]
    return DecodedTags(guessed, _recording_tags(container, audio))


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
    """Return whether it is a picture that muxers and players take.

    Muxers need its size. A FLAC states one of anything, but junk has no pixel format: nothing decodes it.
    """
    is_picture = stream.get("codec_name") in COVERS and int(stream.get("width", 0)) > 0
    is_decodable = stream.get("pix_fmt", "unknown") not in {"unknown", "none"}
    return is_picture and is_decodable and bool(stream.get("disposition", {}).get("attached_pic"))


def _chapter(entry: Mapping[str, Any]) -> Chapter:
    title = str(entry.get("tags", {}).get("title", ""))
    return Chapter(float(entry["start_time"]), float(entry["end_time"]), title)
