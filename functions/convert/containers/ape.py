"""APEv2: where a tag lies at the end of a file, or at its beginning, and its items (APEv2 specification)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .reader import Reader

MAGIC, HEADER_BYTES = b"APETAGEX", 32
ID3V1, ID3V1_BYTES = b"TAG", 128
_APE = b"APE"
# Lyrics3 version 2 lies between APEv2 and ID3v1; it states its length in six digits before its end.
_LYRICS, _LYRICS_FOOTER = b"LYRICS200", 15
# Version, length of items and footer, number of items, flags; of an item, length of the value and flags.
_FOOTER, _ITEM = struct.Struct("<8xIIII"), struct.Struct("<II")
_MAX_ITEMS, _MAX_NAME = 1000, 255
_IS_HEADER = 1 << 29


class Item(NamedTuple):
    """An item: its name, the kind of its value (0 is text, 1 binary, 2 an address), and where that is."""

    name: str
    kind: int
    begin: int
    size: int


def ape_items(data: Reader) -> Iterator[Item]:
    """Yield the items of the tag at the end of a file, before ID3v1, or at its beginning."""
    begin, end, count = _span(data)
    for _ in range(min(count, _MAX_ITEMS)):
        head = data.at(begin, _ITEM.size + _MAX_NAME + 1) if begin < end else b""
        stop = head.find(b"\0", _ITEM.size)
        if len(head) < _ITEM.size or stop < 0:
            return
        size, flags = _ITEM.unpack_from(head)
        at = begin + stop + 1
        if at + size > end:
            return
        yield Item(head[_ITEM.size : stop].decode("ascii", "replace"), flags >> 1 & 3, at, size)
        begin = at + size


def _span(data: Reader) -> tuple[int, int, int]:
    """Return where the items begin and end, and their number; version 1 has no other form."""
    for at in _footers(data):
        footer = data.at(at, HEADER_BYTES)
        if footer.startswith(MAGIC) and len(footer) == HEADER_BYTES:
            _, length, count, flags = _FOOTER.unpack_from(footer)
            if flags & _IS_HEADER:
                return at + HEADER_BYTES, at + length, count
            return max(0, at + HEADER_BYTES - length), at, count
    return 0, 0, 0


def id3v1_bytes(data: Reader, end: int) -> int:
    """Return the length of the ID3v1 tag that ends there; 0 if none does.

    What begins with TAG may also be the header of an APE tag of that length: APETAGEX.
    """
    begin = end - ID3V1_BYTES
    before = min(len(_APE), max(0, begin))
    head = data.at(begin - before, before + len(ID3V1))
    return ID3V1_BYTES if head[before:] == ID3V1 and head[:before] != _APE else 0


def _footers(data: Reader) -> Iterator[int]:
    end = data.size
    yield end - HEADER_BYTES
    if tag := id3v1_bytes(data, end):
        end -= tag
        yield end - HEADER_BYTES
    footer = data.at(end - _LYRICS_FOOTER, _LYRICS_FOOTER)
    if footer.endswith(_LYRICS) and footer[:6].isdigit():
        yield end - _LYRICS_FOOTER - int(footer[:6]) - HEADER_BYTES
    yield 0
