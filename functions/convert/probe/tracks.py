"""The audio tracks of a file, and which of them is converted.

Where no option selects one, it is the default track among those that are neither a commentary nor a
description of the picture; else the first of these; and one that can be decoded in any case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shared.domain.errors import Encrypted, NoAudioStream, NotAudio, TrackNotFound
from shared.domain.languages import same_language
from shared.domain.media import Track
from shared.domain.sources import DECODED

from .kinds import CONVERT
from .purpose import MAIN, purpose_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Stream = Mapping[str, Any]

# Sample entries of protected audio in MP4: its own standard, iTunes, Audible.
_PROTECTED = frozenset({"enca", "drms", "aavd"})
# Video in program streams (ISO/IEC 13818-1, 2.4.3.7); an ffmpeg without video may take it for MP3.
_MPEG_VIDEO = range(0x1E0, 0x1F0)
# In MP4, a track's title may be the name of its handler, which mostly only says what that is.
_HANDLER, _HANDLERS = "handler_name", ("handler", "media", "iso", "gpac", "mainconcept", "stereo", "audio")
_MAX_TITLE, _MAX_LANGUAGE = 100, 20
# Each takes a process; of a hostile file, up to a second or more of CPU.
_MAX_TRIED = 8
_UNDETERMINED = frozenset({"und", "unk", "mis", "zxx"})


class Candidate(NamedTuple):
    """One track, its stream in ffprobe's report, and the stream's number among the audio streams."""

    track: Track
    stream: Stream
    number: int


def candidates_of(container: str, streams: Iterable[Stream]) -> list[Candidate]:
    """Return all audio tracks, in their order.

    Raises:
        NoAudioStream: there are none.
    """
    audio = [stream for stream in streams if stream.get("codec_type") == "audio"]
    sound = [(number, stream) for number, stream in enumerate(audio) if not _is_video(container, stream)]
    if not sound:
        raise NoAudioStream
    return [
        Candidate(_track(place, stream), stream, number) for place, (number, stream) in enumerate(sound, 1)
    ]


def choose(
    candidates: Sequence[Candidate],
    selected: str | None,
    opens: Callable[[int], bool],
    plays: Callable[[int], bool],
) -> Candidate:
    """Return the track to convert.

    Args:
        candidates: all tracks.
        selected: number or language, as in the option; None for the best.
        opens: whether ffmpeg can open the decoder of a stream.
        plays: whether anything of a stream can be decoded. It is only asked if there are several.

    Raises:
        TrackNotFound: no track has this number or language.
        Encrypted: the audio is protected.
        NotAudio: no track can be decoded.
    """
    asked = _selected(candidates, selected) if selected else list(candidates)
    able = [one for one in sorted(asked, key=_rank) if _is_decodable(one.stream)]
    opened = (one for one in able[:_MAX_TRIED] if opens(one.number))
    if (first := next(opened, None)) is None:
        raise _undecodable(asked)
    if len(able) == 1 or plays(first.number):
        return first
    return next((one for one in opened if plays(one.number)), first)


def listed(tracks: Iterable[Track]) -> str:
    """Return the tracks for a message: `1 (eng, ac3, 6 channels), 2 (eng, aac, 2 channels, "Commentary")`."""
    return ", ".join(f"{track.number} ({', '.join(_described(track))})" for track in tracks)


def _described(track: Track) -> list[str]:
    channels = f"{track.channels} channel{'s' * (track.channels != 1)}" if track.channels else ""
    title = f'"{track.title}"' if track.title else ""
    return [part for part in (track.language, track.codec, channels, title) if part]


def _selected(candidates: Sequence[Candidate], selected: str) -> list[Candidate]:
    if selected.isdecimal():
        found = [one for one in candidates if one.track.number == int(selected)]
    else:
        found = [one for one in candidates if same_language(one.track.language, selected)]
        # Of several in one language, the region decides if it is given.
        found = [one for one in found if one.track.language.lower() == selected.lower()] or found
    if not found:
        what = f"number {selected}" if selected.isdecimal() else f"in the language {selected!r}"
        tracks = listed(one.track for one in candidates)
        raise TrackNotFound(f"The file has no audio track {what}. It has: {tracks}.")
    return found


def _rank(one: Candidate) -> tuple[bool, bool]:
    """Lower is better; tracks of one rank keep their order."""
    return one.track.purpose != MAIN, not one.track.is_default


def _track(number: int, stream: Stream) -> Track:
    tags, disposition = stream.get("tags", {}), stream.get("disposition", {})
    title, language = _title(tags), str(tags.get("language", ""))[:_MAX_LANGUAGE]
    return Track(
        number,
        str(stream.get("codec_name", "unknown")),
        "" if language in _UNDETERMINED else language,
        title,
        int(stream.get("channels", 0)),
        int(stream.get("sample_rate", 0)),
        bool(disposition.get("default")),
        purpose_of(disposition, title),
    )


def _title(tags: Mapping[str, Any]) -> str:
    named = {name.lower(): str(text) for name, text in tags.items()}
    title = named.get("title") or named.get("name") or named.get(_HANDLER, "")
    is_handler = title == named.get(_HANDLER) and any(word in title.lower() for word in _HANDLERS)
    # A commentary may be named by its handler; "Audio description" has one of the words, too.
    if is_handler and purpose_of({}, title) == MAIN:
        return ""
    return title.strip()[:_MAX_TITLE]


def _is_video(container: str, stream: Stream) -> bool:
    return container == "mpeg" and int(stream.get("id", "0"), 16) in _MPEG_VIDEO


def _is_decodable(stream: Stream) -> bool:
    # The sample format is the decoder's: without one, the decoder was never opened.
    is_complete = (
        int(stream.get("sample_rate", 0)) and int(stream.get("channels", 0)) and stream.get("sample_fmt")
    )
    return bool(is_complete) and stream.get("codec_name") in DECODED and not _is_protected(stream)


def _is_protected(stream: Stream) -> bool:
    return stream.get("codec_tag_string") in _PROTECTED


def _codec(one: Candidate) -> str:
    """Return the codec's name, or what the container calls one that ffmpeg does not know."""
    tag = str(one.stream.get("codec_tag_string", ""))
    return f"unknown ({tag})" if one.track.codec in {"unknown", "none"} and tag else one.track.codec


def _undecodable(asked: Sequence[Candidate]) -> Encrypted | NotAudio:
    if any(_is_protected(one.stream) for one in asked):
        return Encrypted()
    unknown = sorted({_codec(one) for one in asked} - DECODED)
    if unknown:
        return NotAudio(f"The codec is not supported: {', '.join(unknown)}.", hint=CONVERT)
    return NotAudio("The file claims to contain audio, but none of it can be decoded.")
