"""Reads the item list of MP4 (`moov.udta.meta.ilst`), with freeform atoms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ...containers.chunked.chunks import box, walk
from ...containers.reader import read_long
from ..model.field import Kind
from ..model.genres import genre_of
from ..model.names import field_named, mp4_field
from .found import MAX_PICTURES_BYTES, MAX_TEXT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...containers.chunked.chunks import Chunk
    from ...containers.reader import Reader
    from .found import Found, Text

# Well-known types of values (QuickTime File Format, metadata).
_UTF_8, _UTF_16, _INTEGERS = 1, 2, frozenset({0, 21, 22})
_PAIRS = {"trkn": "tracknumber", "disk": "discnumber"}
_FREEFORM, _COVER, _GENRE_NUMBER = "----", "covr", "gnre"
# What the store and its programs note: of no meaning elsewhere, and kept by a copy.
_TECHNICAL = re.compile(r"rtng|stik|hdvd|(cn|at|pl|ge|sf|cm|ak|ap)ID|ownr|purd|xid |flvr|tv(en|es|sn|nn)")
# Flags and lengths before the children of `meta`, and before a value; names and owners of freeform atoms.
_META_HEADER, _DATA_HEADER, _TEXT_HEADER = 4, 8, 4
_FRONT_COVER, _MAX_NUMBER_BYTES = 3, 8


class _Value(NamedTuple):
    kind: int
    begin: int
    size: int


def read_mp4(data: Reader, found: Found) -> None:
    """Add what the item list holds."""
    for item in _items(data):
        name = item.name.decode("latin-1")
        values = list(_values(data, item))
        if name == _FREEFORM:
            _read_freeform(data, item, values, found)
        elif name == _COVER:
            for value in values:
                _read_cover(data, value, found)
        elif not _TECHNICAL.fullmatch(name):
            for value in values:
                _read_value(name, value.kind, _content(data, value), found)


def has_item_list(data: Reader) -> bool:
    """Return whether there is one; old files and QuickTime's have other tags."""
    return next(_items(data), None) is not None


def _items(data: Reader) -> Iterator[Chunk]:
    movie = _child(data, 0, data.size, b"moov")
    user = movie and _child(data, movie.begin, movie.begin + movie.length, b"udta")
    meta = user and _child(data, user.begin, user.begin + user.length, b"meta")
    if not meta:
        return
    # In QuickTime files, it has no version and flags, which are zero.
    skipped = 0 if any(data.at(meta.begin, _META_HEADER)) else _META_HEADER
    items = _child(data, meta.begin + skipped, meta.begin + meta.length, b"ilst")
    if items:
        yield from walk(data, items.begin, items.begin + items.length, box)


def _child(data: Reader, begin: int, end: int, name: bytes) -> Chunk | None:
    return next((chunk for chunk in walk(data, begin, end, box) if chunk.name == name), None)


def _values(data: Reader, item: Chunk) -> Iterator[_Value]:
    for chunk in walk(data, item.begin, item.begin + item.length, box):
        if chunk.name == b"data" and chunk.length >= _DATA_HEADER:
            kind = int.from_bytes(data.at(chunk.begin, 4)) & 0xFFFFFF
            yield _Value(kind, chunk.begin + _DATA_HEADER, chunk.length - _DATA_HEADER)


def _content(data: Reader, value: _Value) -> bytes:
    return data.at(value.begin, value.size) if value.size <= MAX_TEXT_BYTES else b""


def _read_cover(data: Reader, value: _Value, found: Found) -> None:
    if value.size <= MAX_PICTURES_BYTES:
        found.add_picture(_FRONT_COVER, "", read_long(data, value.begin, value.size))
    else:
        found.unread_pictures += 1


def _read_value(name: str, kind: int, content: bytes, found: Found) -> None:
    field = mp4_field(name)
    if name in _PAIRS:
        # Two zero bytes, the number, the total.
        number, total = (int.from_bytes(content[at : at + 2]) for at in (2, 4))
        found.add(_PAIRS[name], f"{number or ''}/{total}" if total else str(number))
    elif name == _GENRE_NUMBER:
        # As in ID3v1, but from 1 on.
        found.add("genre", genre_of(int.from_bytes(content[:2]) - 1))
    elif field is None and kind not in {_UTF_8, _UTF_16}:
        found.skip(name)
    else:
        is_number = field is not None and field.kind in {Kind.FLAG, Kind.WHOLE}
        found.add(field.name if field else name, _text(kind, content, is_number=is_number))


def _read_freeform(data: Reader, item: Chunk, values: list[_Value], found: Found) -> None:
    """A freeform atom has an owner, a name and values; any owner's name counts."""
    name_box = _child(data, item.begin, item.begin + item.length, b"name")
    if name_box is None or not _TEXT_HEADER < name_box.length <= MAX_TEXT_BYTES:
        return
    raw_name = data.at(name_box.begin + _TEXT_HEADER, name_box.length - _TEXT_HEADER)
    name = raw_name.decode("utf-8", "replace")
    field = field_named(name)
    for value in values:
        text = _text(value.kind, _content(data, value), is_number=False)
        if text:
            found.add(field.name if field else name, text)
        elif value.size:
            found.skip(f"{_FREEFORM}:{name}")


def _text(kind: int, content: bytes, *, is_number: bool) -> Text:
    """Return a value as text; empty for bytes that are none."""
    if kind == _UTF_16:
        return content.decode("utf-16-be", "replace")
    if kind in _INTEGERS and (is_number or kind) and len(content) <= _MAX_NUMBER_BYTES:
        return str(int.from_bytes(content, signed=True))
    # Programs leave the type of texts at 0 as well.
    return content if kind == _UTF_8 or (kind == 0 and _is_text(content)) else ""


def _is_text(content: bytes) -> bool:
    try:
        return content.decode().replace("\n", "").isprintable()
    except UnicodeDecodeError:
        return False
