"""The fields by the names that files give them, in any case and with any separators."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .field import FREEFORM, USER_TEXT
from .fields import FIELDS

if TYPE_CHECKING:
    from .field import Field

_SEPARATORS = re.compile(r"[\s_\-/]+")
_FRAME = re.compile(r"[A-Z0-9]{4}")
# Further names that programs write, after Mp3tag's, foobar2000's and ffmpeg's.
_ALIASES = {
    "tracknumber": "tracknum",
    "totaltracks": "totaltracks tracktotal tracksum",
    "discnumber": "disk disknumber discnum",
    "totaldiscs": "totaldiscs disktotal totaldisks",
    "date": "year",
    "originaldate": "origdate originalreleasedate originalreleasetime",
    "originalyear": "origyear",
    "label": "publisher organization organisation recordlabel",
    "albumartist": "band ensemble",
    "remixer": "mixartist remixedby",
    "key": "initialkey",
    "bpm": "tempo beatsperminute",
    "lyrics": "unsyncedlyrics unsynchronisedlyrics unsynchronizedlyrics",
    "syncedlyrics": "synchronisedlyrics synchronizedlyrics",
    "comment": "comments",
    "compilation": "itunescompilation iscompilation",
    "grouping": "contentgroup",
    "discsubtitle": "setsubtitle",
    "catalognumber": "catalogno catalog",
    "encodedby": "encoded by",
    "releasecountry": "musicbrainzreleasecountry",
    "releasestatus": "musicbrainzalbumstatus musicbrainzreleasestatus",
    "releasetype": "musicbrainzalbumtype musicbrainzreleasetype",
    "djmixer": "djmix",
    "barcode": "upc ean",
    "tracknumber ": "partnumber",
}
# Of the INFO list, besides the table's.
_RIFF_ALIASES = {"IPRT": "tracknumber", "ITCH": "encodedby", "IBPM": "bpm", "ISTR": "performer"}


def folded(name: str) -> str:
    """Return a name without case and separators."""
    return _SEPARATORS.sub("", name).casefold()


def field_named(name: str) -> Field | None:
    """Return the field that a free name means, as in Vorbis comments, APEv2 and user-defined texts."""
    return _FREE.get(folded(name))


def id3_field(frame: str) -> Field | None:
    """Return the field of a frame, by its name in version 2.4, 2.3 or 2.2."""
    return _ID3.get(frame)


def mp4_field(atom: str) -> Field | None:
    """Return the field of an atom that is not freeform."""
    return _MP4.get(atom)


def riff_field(chunk: str) -> Field | None:
    """Return the field of a chunk of the INFO list."""
    return _RIFF.get(chunk.upper())


def _free_names() -> dict[str, Field]:
    names: dict[str, Field] = {}
    fields = FIELDS.values()
    for name, field in (
        *((field.vorbis, field) for field in fields),
        *((alias, FIELDS[name.strip()]) for name, aliases in _ALIASES.items() for alias in aliases.split()),
        *((field.ape, field) for field in fields),
        *((field.ffmpeg, field) for field in fields),
        *((field.id3.removeprefix(USER_TEXT), field) for field in fields if field.id3.startswith(USER_TEXT)),
        *((field.mp4.removeprefix(FREEFORM), field) for field in fields if field.mp4.startswith(FREEFORM)),
        *((field.asf, field) for field in fields),
        # What ffmpeg called frames that it has no name for.
        *((field.id3, field) for field in fields if _FRAME.fullmatch(field.id3)),
    ):
        if name:
            names.setdefault(folded(name), field)
    # Scales differ from program to program.
    names.pop("rating")
    return names


def _id3_names() -> dict[str, Field]:
    names: dict[str, Field] = {}
    for field in FIELDS.values():
        for frame in (field.id3, field.id3v23, field.id3v22):
            names.setdefault(frame, field)
    names.pop("")
    return names | {"GRP1": FIELDS["grouping"], "GP1": FIELDS["grouping"]}


_FREE, _ID3 = _free_names(), _id3_names()
_MP4 = {field.mp4: field for field in reversed(FIELDS.values())}
_RIFF = {field.riff: field for field in FIELDS.values()} | {k: FIELDS[v] for k, v in _RIFF_ALIASES.items()}
