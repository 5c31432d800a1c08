"""How ffmpeg reserves the space for tags, and what it writes itself: chapters of MP4 and WebM, and the track.

It reads all of that from a file, because a command line has an end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .write.space import placeholder
from .write.writers import WRITERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shared.domain.media import Chapter, Track

    from .output_tags import OutputTags

_HEADER = ";FFMETADATA1"
# Of the muxers that name tracks, how they do it.
_TRACK_TITLES = {"ipod": "handler_name", "webm": "title"}
# A block of FLAC holds 16 MiB; what does not fit the comments is reserved as padding.
_MAX_FLAC_COMMENT = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reservation:
    """What ffmpeg needs for one output.

    Attributes:
        text: an ffmetadata file; empty where none is needed.
        args: of the output.
    """

    text: str
    args: tuple[str, ...]


def reserve(tags: OutputTags, track: Track | None, text_input: int) -> Reservation:
    """Return what reserves the space.

    Args:
        tags: of the output.
        track: of the source.
        text_input: the number that the ffmetadata file will have among ffmpeg's inputs.
    """
    muxer = tags.plan.form.muxer
    recording = dict(_recording(tags))
    stream = dict(_stream(muxer, track)) if track and tags.plan.output.options.keep_tags is not False else {}
    chapters = tags.outgoing.chapters if WRITERS[muxer].has_own_chapters else ()
    if not (recording or stream or chapters):
        return Reservation("", ("-map_metadata", "-1", "-map_chapters", "-1"))
    args = ["-map_metadata", str(text_input)]
    args += ["-map_metadata:s:a:0", f"{text_input}:s:0" if stream else "-1"]
    args += ["-map_chapters", str(text_input) if chapters else "-1"]
    return Reservation(_ffmetadata(recording, stream, chapters), (*args, *_padding(tags)))


def _recording(tags: OutputTags) -> Iterator[tuple[str, str]]:
    if tags.is_empty:
        return
    length = tags.reserved_bytes()
    muxer = tags.plan.form.muxer
    yield "comment", placeholder(min(length, _MAX_FLAC_COMMENT) if muxer == "flac" else length)
    if muxer == "webm" and (title := tags.outgoing.first("title")):
        yield "title", title


def _padding(tags: OutputTags) -> tuple[str, ...]:
    more = tags.reserved_bytes() - _MAX_FLAC_COMMENT if tags.plan.form.muxer == "flac" else 0
    return ("-metadata_header_padding", str(more)) if more > 0 else ()


def _stream(muxer: str, track: Track) -> Iterator[tuple[str, str]]:
    if muxer in _TRACK_TITLES:
        if track.language:
            yield "language", track.language
        if track.title:
            yield _TRACK_TITLES[muxer], track.title


def _ffmetadata(recording: dict[str, str], stream: dict[str, str], chapters: Sequence[Chapter]) -> str:
    lines = [_HEADER, *_lines(recording.items())]
    if stream:
        lines += ["[STREAM]", *_lines(stream.items())]
    for chapter in chapters:
        times = (f"START={round(chapter.start_s * 1000)}", f"END={round(chapter.end_s * 1000)}")
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", *times, *_lines([("title", chapter.title)])]
    return "\n".join(lines) + "\n"


def _lines(tags: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{name}={_escaped(value)}" for name, value in tags)


def _escaped(value: str) -> str:
    # At the end of a line, ffmpeg takes a backslash for an escape even if it is escaped.
    safe = f"{value} " if value.endswith("\\") else value
    return re.sub(r"([=;#\\\n\[])", r"\\\1", safe)
