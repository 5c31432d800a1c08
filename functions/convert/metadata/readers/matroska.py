"""Reads the pictures attached to Matroska; ffprobe reads its texts (RFC 9559, 5.1.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...containers.chunked.chunks import MATROSKA_SEGMENT, ebml, walk
from ...containers.reader import read_long
from .found import MAX_PICTURES_BYTES

if TYPE_CHECKING:
    from ...containers.chunked.chunks import Chunk
    from ...containers.reader import Reader
    from .found import Found

_ATTACHMENTS, _FILE = b"\x19\x41\xa4\x69", b"\x61\xa7"
_DESCRIPTION, _NAME, _TYPE, _DATA = b"\x46\x7e", b"\x46\x6e", b"\x46\x60", b"\x46\x5c"
_FRONT_COVER, _OTHER, _MAX_TEXT_BYTES = 3, 0, 1024


def read_attachments(data: Reader, found: Found) -> None:
    """Add attached pictures; by its name, `cover` is the front cover, or else the first one is."""
    segment = next((c for c in walk(data, 0, data.size, ebml) if c.name == MATROSKA_SEGMENT), None)
    for element in walk(data, segment.begin, data.size, ebml) if segment else ():
        if element.name == _ATTACHMENTS:
            for file in walk(data, element.begin, element.begin + element.length, ebml):
                if file.name == _FILE:
                    _read_file(data, file, found)


def _read_file(data: Reader, file: Chunk, found: Found) -> None:
    parts = {part.name: part for part in walk(data, file.begin, file.begin + file.length, ebml)}
    mime, name = _text(data, parts.get(_TYPE)), _text(data, parts.get(_NAME))
    content = parts.get(_DATA)
    # Fonts and the like belong to subtitles.
    if content is None or not mime.startswith("image/"):
        return
    if content.length > MAX_PICTURES_BYTES:
        found.unread_pictures += 1
        return
    is_front = name.casefold().startswith("cover") or not found.pictures
    picture = read_long(data, content.begin, content.length)
    found.add_picture(
        _FRONT_COVER if is_front else _OTHER, mime, picture, _text(data, parts.get(_DESCRIPTION))
    )


def _text(data: Reader, part: Chunk | None) -> str:
    content = data.at(part.begin, min(part.length, _MAX_TEXT_BYTES)) if part else b""
    return content.decode("utf-8", "replace").rstrip("\0")
