"""A field of the model and its names in each family of tags."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FREEFORM = "----:com.apple.iTunes:"
USER_TEXT = "TXXX:"


class Kind(StrEnum):
    """What the values of a field are.

    `WHOLE` is a whole number, `FLAG` is `1` or `0`, `DATE` is the beginning of `YYYY-MM-DDTHH:MM:SS`,
    `GAIN` is ReplayGain or R128, and a `ROLE` is a person with what they did.
    """

    TEXT = "text"
    WHOLE = "number"
    FLAG = "flag"
    DATE = "date"
    GAIN = "gain"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Field:
    """A field; an empty name says that the family has no place for it.

    Attributes:
        name: after MusicBrainz Picard's tag mapping.
        many: whether a file usually has several values.
        id3: frame of ID3v2.4, with its description or role: `TIT2`, `TXXX:BARCODE`, `TIPL:engineer`.
        id3v23, id3v22: the same in older versions.
        vorbis: in FLAC, Ogg and Matroska.
        mp4: atom of `ilst`, or the name of a freeform atom.
        ape: APEv2.
        riff: chunk of the INFO list, or `bext:` and a field of the broadcast chunk.
        asf: Windows Media.
        ffmpeg: ffmpeg's generic name.
    """

    name: str
    kind: Kind
    many: bool
    id3: str
    id3v23: str
    id3v22: str
    vorbis: str
    mp4: str
    ape: str
    riff: str
    asf: str
    ffmpeg: str


def row(
    name: str,
    id3: str | None = None,
    v22: str = "",
    mp4: str | None = None,
    *,
    many: bool = False,
    kind: Kind = Kind.TEXT,
    v23: str | None = None,
    vorbis: str | None = None,
    ape: str | None = None,
    riff: str = "",
    asf: str = "",
    ffmpeg: str = "",
) -> Field:
    """Return a field; names that are not given are those of fields without a place of their own."""
    comment = name.upper() if vorbis is None else vorbis
    frame = USER_TEXT + comment if id3 is None else id3
    described = frame.removeprefix(USER_TEXT) if frame.startswith(USER_TEXT) else comment
    return Field(
        name,
        kind,
        many,
        frame,
        frame if v23 is None else v23,
        v22 or ("TXX:" + described if frame.startswith(USER_TEXT) else ""),
        comment,
        FREEFORM + described if mp4 is None else mp4,
        comment if ape is None else ape,
        riff,
        asf,
        ffmpeg or comment.lower(),
    )
