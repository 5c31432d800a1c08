"""ID3v2: the length of a tag, and what ffmpeg reads wrong: texts with several values (4.2), and chapters."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.media import Chapter

from .chunked.chunks import big, walk
from .reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

# A podcast or an audiobook has a frame for each chapter.
_HEADER, _VERSIONS, _MAX_FRAMES, _MAX_BODY = 10, (3, 4), 5000, 1 << 16
# A task keeps fewer characters of a tag, and a probe fewer tags.
_MAX_CHARACTERS = 4096
_UNSYNCHRONISED, _EXTENDED = 0x80, 0x40
_UTF_8 = "utf-8"
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", _UTF_8)
# ffmpeg's names of frames that make sense with several values; other frames keep their own names.
_NAMES = {
    "TCOM": "composer",
    "TCON": "genre",
    "TLAN": "language",
    "TPE1": "artist",
    "TPE2": "album_artist",
    "TPE3": "performer",
    "TPUB": "publisher",
}
# ffmpeg joins the values of Vorbis comments by this.
VALUE_SEPARATOR = ";"
# Containers that begin with an ID3 tag, if they have one.
ID3_CONTAINERS = frozenset({"mp3", "aac"})
# Of a chapter: where it begins and ends, in ms and in bytes (ID3v2 Chapter Frame Addendum).
_CHAPTER_TIMES = struct.Struct(">IIII")
# Genres by number, which ffmpeg replaces with their names.
_NUMBER = re.compile(r"\(?\d+\)?")


def tag_bytes(data: Reader) -> int:
    """Return the length of the tag at the beginning of a file; 0 if there is none."""
    head = data.at(0, _HEADER)
    return _HEADER + _syncsafe(head[6:10]) if head[:3] == b"ID3" and len(head) == _HEADER else 0


def multiple_values(data: Reader) -> dict[str, str]:
    """Return the tags that have several values, joined, by ffmpeg's names in lower case.

    Bytes that are no UTF-8, though a frame says so, are surrogates in them.
    """
    found = {}
    for frame, body in _text_frames(data):
        values = _values(body)
        name = _NAMES.get(frame, frame)
        if frame == "TXXX":
            name, *values = values or [""]
        if len(values) > 1 and not any(map(_NUMBER.fullmatch, values)):
            found[name[:_MAX_CHARACTERS].lower()] = VALUE_SEPARATOR.join(values)[:_MAX_CHARACTERS]
    return found


def chapters(data: Reader) -> list[Chapter]:
    """Return the chapters of a tag at the beginning of a file, or in an AIFF.

    In ID3v2.4, ffmpeg leaves out each chapter whose title has more than 127 bytes.
    """
    span = _frames_of(data, _tag_begin(data))
    found = (_chapter(body, span.version) for name, body in _frames(data, span) if name == "CHAP")
    return sorted(filter(None, found), key=lambda chapter: chapter.start_s)


class _Span(NamedTuple):
    """Where the frames of a tag, or of a chapter, begin and end."""

    begin: int
    end: int
    version: int


def _tag_begin(data: Reader) -> int:
    """Return where the tag begins if there is one."""
    if data.at(0, 4) != b"FORM":
        return 0
    return next((chunk.begin for chunk in walk(data, 12, data.size, big) if chunk.name == b"ID3 "), 0)


def _chapter(body: bytes, version: int) -> Chapter | None:
    times = body.partition(b"\0")[2]
    if len(times) < _CHAPTER_TIMES.size:
        return None
    start_ms, end_ms, _, _ = _CHAPTER_TIMES.unpack_from(times)
    if end_ms < start_ms:
        return None
    frames = _frames(Reader.of(times), _Span(_CHAPTER_TIMES.size, len(times), version))
    titles = next((_values(text) for name, text in frames if name == "TIT2"), [])
    return Chapter(start_ms / 1000, end_ms / 1000, titles[0] if titles else "")


def _text_frames(data: Reader) -> Iterator[tuple[str, bytes]]:
    return (frame for frame in _frames(data, _frames_of(data, 0)) if frame[0].startswith("T"))


def _frames_of(data: Reader, begin: int) -> _Span:
    """Return where the frames of a tag are; nowhere if it is unsynchronised or has an extended header."""
    head = data.at(begin, _HEADER)
    if len(head) < _HEADER or head[:3] != b"ID3" or head[3] not in _VERSIONS or head[5] & _EXTENDED:
        return _Span(0, 0, 0)
    if head[3] == _VERSIONS[0] and head[5] & _UNSYNCHRONISED:
        return _Span(0, 0, 0)
    return _Span(begin + _HEADER, begin + _HEADER + _syncsafe(head[6:10]), head[3])


def _frames(data: Reader, span: _Span) -> Iterator[tuple[str, bytes]]:
    """Yield the texts and chapters that are stored plainly: not compressed, encrypted or unsynchronised."""
    position = span.begin
    for _ in range(_MAX_FRAMES):
        if position + _HEADER > span.end:
            return
        frame = data.at(position, _HEADER)
        if len(frame) < _HEADER or not frame[:4].isalnum():
            return
        size = _size(data, position, frame[4:8], span)
        if (frame[:1] == b"T" or frame[:4] == b"CHAP") and frame[9] == 0 and size <= _MAX_BODY:
            yield frame[:4].decode("ascii"), data.at(position + _HEADER, size)
        position += _HEADER + size


def _size(data: Reader, position: int, stated: bytes, span: _Span) -> int:
    """Return the size of a frame. In ID3v2.4, some programs write it as in 2.3: the next frame tells."""
    plain, syncsafe = int.from_bytes(stated), _syncsafe(stated)
    if span.version != _VERSIONS[1] or plain == syncsafe:
        return plain
    begin = position + _HEADER
    is_plain = _may_end(data, begin + plain, span.end) and not _may_end(data, begin + syncsafe, span.end)
    return plain if is_plain else syncsafe


def _may_end(data: Reader, position: int, end: int) -> bool:
    """Return whether a frame, padding or nothing follows."""
    name = data.at(position, 4) if position < end else b""
    return position == end or (bool(name) and ((name.isalnum() and name.isupper()) or not name.strip(b"\0")))


def _syncsafe(data: bytes) -> int:
    return sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(data))


def _values(body: bytes) -> list[str]:
    if not body or body[0] >= len(_ENCODINGS):
        return []
    encoding = _ENCODINGS[body[0]]
    texts = (
        body[1:]
        .decode(encoding, "surrogateescape" if encoding == _UTF_8 else "replace")
        .rstrip("\0")
        .split("\0")
    )
    return [text.lstrip("\ufeff") for text in texts]
