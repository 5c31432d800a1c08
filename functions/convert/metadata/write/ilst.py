"""The tags of an MP4: the `meta` box with its list of items, `ilst` (iTunes' metadata format)."""

from __future__ import annotations

import struct
from itertools import chain
from typing import TYPE_CHECKING

from ..model.field import FREEFORM, Kind
from ..model.fields import FIELDS
from .vorbis import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..model.tags import Entry, Tags

# Types of data (QuickTime's well-known types).
_IMPLICIT, _UTF_8, _JPEG, _PNG, _INTEGER = 0, 1, 13, 14, 21
_PICTURES = {"image/jpeg": _JPEG, "image/png": _PNG}
_PAIRS = {"trkn": (4, 2), "disk": (4, 0)}
_TOTALS = frozenset({"totaltracks", "totaldiscs"})
# Numbers of two bytes; all other integers are flags of one.
_SHORTS = frozenset({"tmpo", "©mvi", "©mvc"})
_MAX_SHORT = 0xFFFF
_HANDLER = bytes(8) + b"mdirappl" + bytes(9)
# Of several values, players show the first.
_SINGLE = frozenset({"©lyr", "desc", "ldes"})


def meta_content(tags: Tags) -> bytes:
    """Return what the `meta` box has."""
    return bytes(4) + _box("hdlr", _HANDLER) + _box("ilst", b"".join(items(tags)))


def items(tags: Tags) -> Iterator[bytes]:
    """Yield each item of the list."""
    grouped: dict[str, list[Entry]] = {}
    for entry in tags.entries:
        if name := atom_of(entry.name):
            grouped.setdefault(name, []).append(entry)
    for name, entries in grouped.items():
        yield from _item(name, entries)
    if tags.pictures:
        yield _box("covr", b"".join(_data(p.data, _PICTURES.get(p.mime, _IMPLICIT)) for p in tags.pictures))


def atom_of(name: str) -> str:
    """Return the atom of a field, or the name of its freeform atom; empty if it has no place."""
    field = FIELDS.get(name)
    return field.mp4 if field else FREEFORM + name


def _item(name: str, entries: Sequence[Entry]) -> Iterable[bytes]:
    values = [text_of(entry) for entry in entries]
    if name.startswith(FREEFORM):
        return [_freeform(name.removeprefix(FREEFORM), values)]
    if name in _PAIRS:
        return _pair(name, entries)
    if FIELDS[entries[0].name].kind in {Kind.WHOLE, Kind.FLAG}:
        return _number(name, entries[0])
    if name in _SINGLE:
        values = ["\n\n".join(values)]
    return [_box(name, b"".join(_data(value.encode(), _UTF_8) for value in values))]


def _pair(name: str, entries: Sequence[Entry]) -> Iterator[bytes]:
    """Yield number and total as one atom; what is no number, such as `A1` of a record, as a freeform atom."""
    numbers = [0, 0]
    for entry in entries:
        number = _short(entry.value)
        if number is None:
            yield _freeform(FIELDS[entry.name].vorbis, [entry.value])
        else:
            numbers[entry.name in _TOTALS] = number
    if any(numbers):
        width, padding = _PAIRS[name][0] // 2, _PAIRS[name][1]
        content = bytes(2) + b"".join(number.to_bytes(width) for number in numbers) + bytes(padding)
        yield _box(name, _data(content, _IMPLICIT))


def _number(name: str, entry: Entry) -> Iterator[bytes]:
    number = _short(entry.value)
    if number is None or (name not in _SHORTS and number > 1):
        yield _freeform(FIELDS[entry.name].vorbis or entry.name, [entry.value])
    else:
        yield _box(name, _data(number.to_bytes(2 if name in _SHORTS else 1), _INTEGER))


def _short(value: str) -> int | None:
    try:
        number = round(float(value))
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number <= _MAX_SHORT else None


def _freeform(name: str, values: Iterable[str]) -> bytes:
    head = (_box("mean", bytes(4) + b"com.apple.iTunes"), _box("name", bytes(4) + name.encode()))
    return _box("----", b"".join(chain(head, (_data(value.encode(), _UTF_8) for value in values))))


def _data(content: bytes, kind: int) -> bytes:
    return _box("data", struct.pack(">II", kind, 0) + content)


def _box(name: str, content: bytes) -> bytes:
    return boxed(name.encode("latin-1"), content)


def boxed(name: bytes, content: bytes) -> bytes:
    """Return a box."""
    return struct.pack(">I", 8 + len(content)) + name + content
