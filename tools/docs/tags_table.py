"""Prints the table of fields into docs/formats.md: how each is called in every family of tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.convert.metadata.model.field import FREEFORM
from functions.convert.metadata.model.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.convert.metadata.model.field import Field

_INTRO = """\
### Fields

Tags of any source become these fields, by their names in MusicBrainz Picard, and are written from them. `*`
marks fields that usually have several values; all others may have them as well. Names of your own are kept as
they are. `-` means that the family has no place for the field. MP4's freeform atoms, which begin with `----`,
are iTunes' (`com.apple.iTunes`). Windows Media is only read; so is APEv2, which has the names of Vorbis
comments but for `Album Artist`, `Disc`, `MixArtist`, `Original Artist`, `Track`, `Weblink`, `Year` and
MusicBrainz's album status and type.

Sources may hold several families. Of each field, the best family that has it is believed: in MP3, ADTS and
TTA, ID3v2 before APEv2 before ID3v1; in FLAC, Vorbis comments before ID3v2; in WAV and AIFF, ID3 before their
own chunks; in WavPack, Monkey's Audio, Musepack and TAK, APEv2 before ID3v1. Of two ID3v2 tags, it is the
first. Numbers are kept apart from totals (`3/12`), ID3's genres by number become names, and dates become
`2005-11-24T09:30:00` or its beginning. Vorbis comments and APEv2 are understood in any case, with spaces or
underscores, and by the names of other programs, such as `ALBUM ARTIST`, `PUBLISHER` or `UNSYNCEDLYRICS`.
"""
_HEAD = ("field", "ID3v2.4", "ID3v2.3", "ID3v2.2", "Vorbis, Matroska", "MP4", "WAV", "Windows Media")


def fields_section() -> list[str]:
    """Return the lines of the section."""
    return [_INTRO, f"| {' | '.join(_HEAD)} |", "|---" * len(_HEAD) + "|", *_rows()]


def _rows() -> Iterator[str]:
    for field in FIELDS.values():
        cells = (field.id3, field.id3v23, field.id3v22, field.vorbis, _mp4(field), field.riff, field.asf)
        name = f"`{field.name}`{' *' if field.many else ''}"
        yield f"| {name} | {' | '.join(f'`{cell}`' if cell else '-' for cell in cells)} |"


def _mp4(field: Field) -> str:
    is_freeform = field.mp4.startswith(FREEFORM)
    return "----:" + field.mp4.removeprefix(FREEFORM) if is_freeform else field.mp4
