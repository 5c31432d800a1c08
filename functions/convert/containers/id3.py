"""ID3v2: the length of a tag, and texts with several values (ID3v2.4, 4.2), of which ffmpeg reads one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .reader import Reader

_HEADER, _VERSIONS, _MAX_FRAMES, _MAX_TEXT = 10, (3, 4), 1000, 1 << 16
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


def _text_frames(data: Reader) -> Iterator[tuple[str, bytes]]:
    """Yield the text frames that are stored plainly: not compressed, encrypted or unsynchronised."""
    head = data.at(0, _HEADER)
    if len(head) < _HEADER or head[:3] != b"ID3" or head[3] not in _VERSIONS or head[5] & _EXTENDED:
        return
    if head[3] == _VERSIONS[0] and head[5] & _UNSYNCHRONISED:
        return
    position, end = _HEADER, _HEADER + _syncsafe(head[6:10])
    for _ in range(_MAX_FRAMES):
        frame = data.at(position, _HEADER)
        if position + _HEADER > end or len(frame) < _HEADER or not frame[:4].isalnum():
            return
        size = _syncsafe(frame[4:8]) if head[3] == _VERSIONS[1] else int.from_bytes(frame[4:8])
        if frame[:1] == b"T" and frame[9] == 0 and size <= _MAX_TEXT:
            yield frame[:4].decode("ascii"), data.at(position + _HEADER, size)
        position += _HEADER + size


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
