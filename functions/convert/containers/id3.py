"""How long an ID3v2 tag is, and its texts of several values (ID3v2.4, 4.2): ffmpeg reads the first alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER, _VERSIONS, _MOST_FRAMES, _MOST_TEXT = 10, (3, 4), 1000, 1 << 16
_UNSYNCHRONISED, _EXTENDED = 0x80, 0x40
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
# What ffmpeg calls the frames in which several values make sense; others go by their own names.
_NAMES = {
    "TCOM": "composer",
    "TCON": "genre",
    "TLAN": "language",
    "TPE1": "artist",
    "TPE2": "album_artist",
    "TPE3": "performer",
    "TPUB": "publisher",
}
# As ffmpeg joins those of Vorbis comments.
JOINT = ";"
# Genres by number, which ffmpeg spells out.
_NUMBER = re.compile(r"\(?\d+\)?")


def tag_bytes(data: BinaryIO) -> int:
    """Length of the tag with which a file begins; 0 if it begins with none."""
    data.seek(0)
    head = data.read(_HEADER)
    return _HEADER + _syncsafe(head[6:10]) if head[:3] == b"ID3" and len(head) == _HEADER else 0


def several_values(data: BinaryIO) -> dict[str, str]:
    """Tags that have more than one value, these joined, by ffmpeg's names in lower case."""
    found = {}
    for frame, body in _texts(data):
        values = _values(body)
        name = _NAMES.get(frame, frame)
        if frame == "TXXX":
            name, *values = values or [""]
        if len(values) > 1 and not any(map(_NUMBER.fullmatch, values)):
            found[name.lower()] = JOINT.join(values)
    return found


def _texts(data: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """The text frames that are neither compressed nor encrypted nor otherwise changed."""
    data.seek(0)
    head = data.read(_HEADER)
    if len(head) < _HEADER or head[:3] != b"ID3" or head[3] not in _VERSIONS or head[5] & _EXTENDED:
        return
    if head[3] == _VERSIONS[0] and head[5] & _UNSYNCHRONISED:
        return
    position, end = _HEADER, _HEADER + _syncsafe(head[6:10])
    for _ in range(_MOST_FRAMES):
        data.seek(position)
        frame = data.read(_HEADER)
        if position + _HEADER > end or len(frame) < _HEADER or not frame[:4].isalnum():
            return
        size = _syncsafe(frame[4:8]) if head[3] == _VERSIONS[1] else int.from_bytes(frame[4:8])
        if frame[:1] == b"T" and frame[9] == 0 and size <= _MOST_TEXT:
            yield frame[:4].decode("ascii"), data.read(size)
        position += _HEADER + size


def _syncsafe(data: bytes) -> int:
    return sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(data))


def _values(body: bytes) -> list[str]:
    if not body or body[0] >= len(_ENCODINGS):
        return []
    texts = body[1:].decode(_ENCODINGS[body[0]], "replace").rstrip("\0").split("\0")
    return [text.lstrip("\ufeff") for text in texts]
