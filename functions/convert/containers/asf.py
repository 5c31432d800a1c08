"""What ffmpeg does not read of ASF (WMA): the metadata library from the first value beyond 64 KiB on.

A cover of ordinary size is such a value; ffmpeg skips it, and all tags behind it, without a word.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from .chunked.chunks import asf, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .reader import Reader

# ffmpeg's name of the container, and its limit for a value.
ASF, _MAX_VALUE_BYTES = "asf", 0xFFFF
# Objects by their GUIDs, and how far into each its content begins (ASF specification, 2 to 4).
_HEADER, _HEADER_BYTES = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), 6
_EXTENSION, _EXTENSION_BYTES = bytes.fromhex("b503bf5f2ea9cf118ee300c00c205365"), 22
_LIBRARY = bytes.fromhex("941c23449894d149a1411d134e457054")
# Of an entry: language, stream, length of the name, type and length of the value.
_ENTRY, _TEXT = struct.Struct("<HHHHI"), 0
_PICTURE = "WM/Picture"


class Unread(NamedTuple):
    """What ffmpeg left out: pictures, and texts by their names."""

    pictures: int
    tags: dict[str, str]


def unread_metadata(data: Reader) -> Unread:
    """Return what ffmpeg did not read of the metadata library."""
    pictures, tags, is_unread = 0, {}, False
    for name, kind, position, length in _library(data):
        is_unread = is_unread or length > _MAX_VALUE_BYTES
        if is_unread and name == _PICTURE:
            pictures += 1
        elif is_unread and kind == _TEXT and length <= _MAX_VALUE_BYTES:
            tags[name] = _text(data.at(position, length))
    return Unread(pictures, tags)


def _library(data: Reader) -> Iterator[tuple[str, int, int, int]]:
    """Yield name, type, position and length of each value."""
    begin, end = 0, data.size
    for guid, skipped in ((_HEADER, _HEADER_BYTES), (_EXTENSION, _EXTENSION_BYTES), (_LIBRARY, 0)):
        found = next((chunk for chunk in walk(data, begin, end, asf) if chunk.name == guid), None)
        if found is None:
            return
        begin, end = found.begin + skipped, found.begin + found.length
    position = begin + 2
    for _ in range(int.from_bytes(data.at(begin, 2), "little")):
        head = data.at(position, _ENTRY.size) if position < end else b""
        if len(head) < _ENTRY.size:
            return
        _, _, name_bytes, kind, length = _ENTRY.unpack(head)
        position += _ENTRY.size
        yield _text(data.at(position, name_bytes)), kind, position + name_bytes, length
        position += name_bytes + length


def _text(data: bytes) -> str:
    return data.decode("utf-16-le", "replace").rstrip("\0")
