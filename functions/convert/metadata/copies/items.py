"""The `meta` box of an MP4 source, with iTunes' list of items."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...containers.chunked.chunks import box, walk
from ...containers.reader import Reader, read_long
from ..model.field import FREEFORM
from ..write.ilst import atom_of, boxed, items

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ..model.tags import Tags

_HEADER, _VERSION = 8, 4
_LIST, _FREE, _FREEFORM = b"ilst", b"free", b"----"
_ITUNES = b"mdir"


@dataclass(frozen=True, slots=True)
class Items:
    """What is in the `meta` box, behind its version."""

    boxes: tuple[tuple[bytes, bytes], ...]
    trailing: bytes = b""

    def content(self, tags: Tags, edited: Collection[str]) -> bytes:
        """Return the box, with these fields as they are in the tags."""
        listed = (
            (name, _edited(content, tags, edited) if edited and name == _LIST else content)
            for name, content in self.boxes
        )
        return bytes(_VERSION) + b"".join(boxed(name, content) for name, content in listed)


def copied_items(data: Reader) -> Items | None:
    """Return the boxes of an MP4; None if its tags are in no list of items."""
    begin, end = 0, data.size
    for name in (b"moov", b"udta", b"meta"):
        found = next((one for one in walk(data, begin, end, box) if one.name == name), None)
        if found is None:
            return None
        begin, end = found.begin, found.begin + found.length
    boxes = tuple(
        (one.name, read_long(data, one.begin, one.length))
        for one in walk(data, begin + _VERSION, end, box)
        if one.name != _FREE
    )
    is_itunes = any(name == b"hdlr" and content[8:12] == _ITUNES for name, content in boxes)
    return Items(boxes) if is_itunes and any(name == _LIST for name, _ in boxes) else None


def _edited(content: bytes, tags: Tags, edited: Collection[str]) -> bytes:
    places = {atom_of(name).casefold() for name in edited}
    kept = b"".join(raw for place, raw in _listed(content) if place not in places)
    entries = tuple(entry for entry in tags.entries if atom_of(entry.name).casefold() in places)
    return kept + b"".join(items(replace(tags, entries=entries, pictures=())))


def _listed(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the place of each item, such as `©nam` or `----:com.apple.itunes:isrc`, and its bytes."""
    for item in walk(Reader.of(content), 0, len(content), box):
        inner = content[item.begin : item.begin + item.length]
        place = FREEFORM + _name(inner) if item.name == _FREEFORM else item.name.decode("latin-1")
        yield place.casefold(), struct.pack(">I", _HEADER + len(inner)) + item.name + inner


def _name(inner: bytes) -> str:
    """Return the name of a freeform item, in any namespace."""
    found = next((one for one in walk(Reader.of(inner), 0, len(inner), box) if one.name == b"name"), None)
    return inner[found.begin + 4 : found.begin + found.length].decode("utf-8", "replace") if found else ""
