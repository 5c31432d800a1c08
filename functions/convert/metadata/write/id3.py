"""ID3v2 tags: 2.4 in UTF-8, or 2.3 where the tag that is edited has that version."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ..model.field import USER_TEXT
from ..model.fields import FIELDS
from .filling import syncsafe
from .id3_bodies import BODIES, V2_3, V2_4, picture, texts, url, user_text
from .id3_chapters import chapter_frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..model.tags import Entry, Tags

_MAX_TITLE_BYTES = 126
_PAIRS = frozenset({"TRCK", "TPOS", "MVIN"})
# Of the numbers in pairs: how many there are.
_TOTALS = frozenset({"totaltracks", "totaldiscs", "movementtotal"})


def id3_tag(tags: Tags) -> bytes:
    """Return a tag with all fields, pictures and chapters, of version 2.4, or 2.3 for long chapters.

    In 2.4, ffmpeg, and players with it, leave out each chapter whose title has more than 127 bytes.
    """
    is_long = any(len(chapter.title.encode()) > _MAX_TITLE_BYTES for chapter in tags.chapters)
    version = V2_3 if is_long else V2_4
    return header(b"".join(id3_frames(tags, version)), version)


def header(frames: bytes, version: int) -> bytes:
    """Return the frames as a tag."""
    return b"ID3" + bytes([version, 0, 0]) + syncsafe(len(frames)) + frames


def id3_frames(tags: Tags, version: int) -> Iterator[bytes]:
    """Yield each frame, in the order of the tags."""
    for name, body in chain(
        _field_frames(tags.entries, version),
        (("APIC", picture(one, version)) for one in tags.pictures),
        chapter_frames(tags.chapters, version),
    ):
        yield frame(name, body, version)


def frame(name: str, body: bytes, version: int) -> bytes:
    """Return one frame."""
    size = syncsafe(len(body)) if version == V2_4 else len(body).to_bytes(4)
    return name.encode("ascii") + size + bytes(2) + body


def frame_of(name: str, version: int) -> str:
    """Return the frame of a field with its description, such as `TXXX:BARCODE`; empty if it has none."""
    field = FIELDS.get(name)
    if field is None:
        return USER_TEXT + name
    return field.id3 if version == V2_4 else field.id3v23


def _field_frames(entries: Iterable[Entry], version: int) -> Iterator[tuple[str, bytes]]:
    grouped: dict[str, list[tuple[str, Entry]]] = {}
    for entry in entries:
        name, _, detail = frame_of(entry.name, version).partition(":")
        if name:
            key = f"{name}:{detail}" if name == "TXXX" else name
            grouped.setdefault(key, []).append((detail, entry))
    for key, found in grouped.items():
        name = key.partition(":")[0]
        for body in _bodies(name, found, version):
            yield name, body
        if name == "TYER":
            yield from _day_and_time(found[0][1].value, version)


def _bodies(name: str, found: list[tuple[str, Entry]], version: int) -> Iterable[bytes]:
    values = [entry.value for _, entry in found]
    if name == "TXXX":
        return [user_text(found[0][0], values, version)]
    if name in BODIES:
        return BODIES[name](found, version)
    if name in _PAIRS:
        return [texts([_pair([entry for _, entry in found])], version)]
    if name.startswith("W"):
        return map(url, values)
    if name in {"TYER", "TORY"}:
        values = [value[:4] for value in values[:1]]
    if name == "TBPM":
        values = [_whole(value) for value in values]
    return [texts(values, version)]


def _pair(entries: list[Entry]) -> str:
    number = next((one.value for one in entries if one.name not in _TOTALS), "0")
    total = next((one.value for one in entries if one.name in _TOTALS), "")
    return f"{number}/{total}" if total else number


def _whole(value: str) -> str:
    """Return a number as ID3 requires it of the tempo; other text as it is."""
    try:
        return str(round(float(value)))
    except (ValueError, OverflowError):
        return value


def _day_and_time(date: str, version: int) -> Iterator[tuple[str, bytes]]:
    """Yield what TYER does not hold of `YYYY-MM-DDTHH:MM:SS`."""
    day, _, time = date.partition("T")
    if len(day) == len("YYYY-MM-DD"):
        yield "TDAT", texts([day[8:] + day[5:7]], version)
    if len(time) >= len("HH:MM"):
        yield "TIME", texts([time[:2] + time[3:5]], version)
