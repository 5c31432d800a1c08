"""The metadata of ASF (WMA), of which ffmpeg does not read all: from the first value beyond 64 KiB on.

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
_DESCRIPTION = bytes.fromhex("40a4d0d207e3d21197f000a0c95ea850")
# Of an entry in the library: language, stream, length of the name, type and length of the value; in the
# description, length of the name, then type and length of the value.
_ENTRY, _NAME_LENGTH, _VALUE, _TEXT = struct.Struct("<HHHHI"), struct.Struct("<H"), struct.Struct("<HH"), 0
PICTURE = "WM/Picture"


class Value(NamedTuple):
    """A value: its name, type, and where it is."""

    name: str
    kind: int
    begin: int
    length: int


class Unread(NamedTuple):
    """What ffmpeg left out: pictures, and texts by their names."""

    pictures: int
    tags: dict[str, str]


def unread_metadata(data: Reader) -> Unread:
    """Return what ffmpeg did not read of the metadata library."""
    pictures, tags, is_unread = 0, {}, False
    for value in _library(data):
        is_unread = is_unread or value.length > _MAX_VALUE_BYTES
        if is_unread and value.name == PICTURE:
            pictures += 1
        elif is_unread and value.kind == _TEXT and value.length <= _MAX_VALUE_BYTES:
            tags[value.name] = _text(data.at(value.begin, value.length))
    return Unread(pictures, tags)


def values(data: Reader) -> Iterator[Value]:
    """Yield the values of the extended content description and of the metadata library."""
    yield from _description(data)
    yield from _library(data)


def _description(data: Reader) -> Iterator[Value]:
    span = _find(data, ((_HEADER, _HEADER_BYTES), (_DESCRIPTION, 0)))
    position = span.start + 2
    for _ in range(int.from_bytes(data.at(span.start, 2), "little") if span else 0):
        length = data.at(position, _NAME_LENGTH.size) if position < span.stop else b""
        if len(length) < _NAME_LENGTH.size:
            return
        name_at, (name_bytes,) = position + len(length), _NAME_LENGTH.unpack(length)
        head = data.at(name_at + name_bytes, _VALUE.size)
        if len(head) < _VALUE.size:
            return
        kind, length_of_value = _VALUE.unpack(head)
        position = name_at + name_bytes + _VALUE.size
        yield Value(_text(data.at(name_at, name_bytes)), kind, position, length_of_value)
        position += length_of_value


def _library(data: Reader) -> Iterator[Value]:
    span = _find(data, ((_HEADER, _HEADER_BYTES), (_EXTENSION, _EXTENSION_BYTES), (_LIBRARY, 0)))
    position = span.start + 2
    for _ in range(int.from_bytes(data.at(span.start, 2), "little") if span else 0):
        head = data.at(position, _ENTRY.size) if position < span.stop else b""
        if len(head) < _ENTRY.size:
            return
        _, _, name_bytes, kind, length = _ENTRY.unpack(head)
        position += _ENTRY.size
        yield Value(_text(data.at(position, name_bytes)), kind, position + name_bytes, length)
        position += name_bytes + length


def _find(data: Reader, path: tuple[tuple[bytes, int], ...]) -> range:
    """Return where the content of the last object is; nowhere if one is missing."""
    begin, end = 0, data.size
    for guid, skipped in path:
        found = next((chunk for chunk in walk(data, begin, end, asf) if chunk.name == guid), None)
        if found is None:
            return range(0)
        begin, end = found.begin + skipped, found.begin + found.length
    return range(begin, end)


def _text(data: bytes) -> str:
    return data.decode("utf-16-le", "replace").rstrip("\0")
