"""Where the audio of an MP4 begins and ends, exact to the sample: its edit list and its sample table.

ffmpeg decodes the last packet whole, with the encoder's padding, and knows the end in the milliseconds of the
movie's clock only (ISO/IEC 14496-12, 8.6).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from .chunked.chunks import box, walk
from .reader import reading, unless_complex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .chunked.chunks import Chunk
    from .reader import Reader

# ffmpeg's name of the container.
MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
# A table with more entries describes packets of ever changing length, as no audio codec has.
_MAX_ENTRIES = 1 << 16
_MAX_TRACKS = 64
# Of 192 kHz, 46 years; ffmpeg counts samples in 64 bits.
_MAX_SAMPLES = 1 << 48
_EMPTY_EDIT = -1
# The sample entry of audio under Common Encryption (ISO/IEC 23001-7).
_PROTECTED = b"enca"
# Of `mdhd`, `mvhd` and `elst`: their numbers have 32 bits in version 0 and 64 in version 1.
_CLOCK = {0: ">8xII", 1: ">16xIQ"}
_EDIT = {0: ">Ii", 1: ">Qq"}
_EDIT_BYTES = {0: 12, 1: 20}


@dataclass(frozen=True, slots=True)
class Edit:
    """The part of a track that is played, in units of 1/`timescale` s.

    Attributes:
        begin: what comes before is the encoder's priming.
        length: None where the file does not say it in its head.
        is_fragmented: whether the packets are in fragments, each with a table of its own.
    """

    timescale: int
    begin: int
    length: int | None
    is_fragmented: bool = False


def audio_edit(data: Reader, number: int) -> Edit | None:
    """Return the edit of an audio track, by its number from 0; None where there is none, or several."""
    movie = _find(data, 0, data.size, b"moov")
    if movie is None:
        return None
    clock = _find(data, movie.begin, movie.begin + movie.length, b"mvhd")
    movie_timescale = _clock(data, clock)[0] if clock else 0
    is_fragmented = _find(data, movie.begin, movie.begin + movie.length, b"mvex") is not None
    track = next(islice(_audio_tracks(data, movie), number, None), None)
    return _track_edit(data, track, movie_timescale, is_fragmented=is_fragmented) if track else None


def is_protected(data: Reader, number: int) -> bool:
    """Return whether an audio track, by its number from 0, is encrypted, whatever codec ffprobe names."""
    movie = _find(data, 0, data.size, b"moov")
    track = next(islice(_audio_tracks(data, movie), number, None), None) if movie else None
    description = _at(data, track, b"mdia", b"minf", b"stbl", b"stsd") if track else None
    return description is not None and data.at(description.begin + 12, 4) == _PROTECTED


def state_lengths(file: Path, check: Callable[[], None] | None = None) -> None:
    """Write the lengths of edits that last to the end of their track, which ffmpeg takes for empty.

    Args:
        file: an upload, complete.
        check: is called now and then; an exception from it ends this.
    """
    with reading(file, check) as data:
        nothing: list[tuple[int, bytes]] = []
        edits = unless_complex(open_edits, data, nothing)
    if edits:
        with file.open("r+b") as changed:
            for at, length in edits:
                changed.seek(at)
                changed.write(length)


def open_edits(data: Reader) -> list[tuple[int, bytes]]:
    """Return where the only edit of an audio track has a length of 0, and the length to write there.

    Muxers that write an MP4 while they encode leave it so. Players play the track to its end.
    """
    movie = _find(data, 0, data.size, b"moov")
    if movie is None or _find(data, movie.begin, movie.begin + movie.length, b"mvex"):
        return []
    clock = _find(data, movie.begin, movie.begin + movie.length, b"mvhd")
    movie_timescale = _clock(data, clock)[0] if clock else 0
    found = (_open_edit(data, track, movie_timescale) for track in _audio_tracks(data, movie))
    return [edit for edit in found if edit]


def _open_edit(data: Reader, track: Chunk, movie_timescale: int) -> tuple[int, bytes] | None:
    found = _at(data, track, b"edts", b"elst")
    edit = _track_edit(data, track, movie_timescale, is_fragmented=False)
    if found is None or edit is None or edit.length is None:
        return None
    if [played for played, _ in _edits(data, found)] != [0]:
        return None
    version, count = data.at(found.begin, 1)[0], int.from_bytes(data.at(found.begin + 4, 4))
    # An empty edit may come first.
    at = found.begin + 8 + (count - 1) * _EDIT_BYTES[version]
    length = -(-edit.length * movie_timescale // edit.timescale)
    width = 8 if version else 4
    return (at, length.to_bytes(width)) if length.bit_length() <= 8 * width else None


def _audio_tracks(data: Reader, movie: Chunk) -> Iterator[Chunk]:
    tracks = (child for child in _children(data, movie) if child.name == b"trak")
    return (track for track in islice(tracks, _MAX_TRACKS) if _is_audio(data, track))


def _track_edit(data: Reader, track: Chunk, movie_timescale: int, *, is_fragmented: bool) -> Edit | None:
    clock, table = _at(data, track, b"mdia", b"mdhd"), _at(data, track, b"mdia", b"minf", b"stbl", b"stts")
    edits = _edits(data, _at(data, track, b"edts", b"elst"))
    timescale = _clock(data, clock)[0] if clock else 0
    if not timescale or not movie_timescale or table is None or len(edits) > 1:
        return None
    played, begin = edits[0] if edits else (0, 0)
    if is_fragmented:
        return Edit(timescale, begin, None, is_fragmented=True)
    total = _sum(data, table)
    if total is None or not begin < total < _MAX_SAMPLES:
        return None
    return Edit(timescale, begin, _length(total - begin, played, movie_timescale, timescale))


def _length(rest: int, played: int, movie_timescale: int, timescale: int) -> int:
    """Return the edit's own length where that is exact or shorter than the rest of the track by a tick."""
    asked = played * timescale // movie_timescale
    tick = -(-timescale // movie_timescale)
    is_shorter = 0 < asked < rest - tick or (movie_timescale % timescale == 0 and 0 < asked < rest)
    return asked if is_shorter else rest


def _edits(data: Reader, found: Chunk | None) -> list[tuple[int, int]]:
    """Return duration and begin of each edit that is not empty."""
    if found is None:
        return []
    content = _read(data, found)
    version, count = content[0], int.from_bytes(content[4:8])
    width = _EDIT_BYTES.get(version, 0)
    if not width or count > _MAX_TRACKS or len(content) < 8 + count * width:
        return []
    edits = [struct.unpack_from(_EDIT[version], content, 8 + n * width) for n in range(count)]
    return [(played, begin) for played, begin in edits if begin != _EMPTY_EDIT]


def _sum(data: Reader, table: Chunk) -> int | None:
    """Return the length of all packets together."""
    content = _read(data, table)
    entries = min(int.from_bytes(content[4:8]), (len(content) - 8) // 8)
    if entries != int.from_bytes(content[4:8]) or entries > _MAX_ENTRIES:
        return None
    return sum(
        int(count * length) for count, length in struct.iter_unpack(">II", content[8 : 8 + 8 * entries])
    )


def _clock(data: Reader, found: Chunk) -> tuple[int, int]:
    """Return timescale and duration."""
    content = _read(data, found)
    form = _CLOCK.get(content[0], "")
    if not form or len(content) < 4 + struct.calcsize(form):
        return 0, 0
    timescale, duration = struct.unpack_from(form, content, 4)
    return timescale, duration


def _is_audio(data: Reader, track: Chunk) -> bool:
    handler = _at(data, track, b"mdia", b"hdlr")
    return handler is not None and _read(data, handler)[8:12] == b"soun"


def _at(data: Reader, parent: Chunk, *names: bytes) -> Chunk | None:
    found: Chunk | None = parent
    for name in names:
        found = _find(data, found.begin, found.begin + found.length, name) if found else None
    return found


def _find(data: Reader, begin: int, end: int, name: bytes) -> Chunk | None:
    return next((chunk for chunk in walk(data, begin, end, box) if chunk.name == name), None)


def _children(data: Reader, parent: Chunk) -> Iterator[Chunk]:
    return walk(data, parent.begin, parent.begin + parent.length, box)


def _read(data: Reader, found: Chunk) -> bytes:
    return data.at(found.begin, min(found.length, 8 + 8 * _MAX_ENTRIES)) or bytes(1)
