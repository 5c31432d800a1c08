"""The tags of one file, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.domain.media import Chapter

# Of the kinds of pictures, which ID3v2 and FLAC number alike.
FRONT_COVER = 3


class Entry(NamedTuple):
    """One value of a field. Several values are several entries.

    Attributes:
        name: of a field in `FIELDS`, or a name of the user's own, as it is written in the file.
        value: text in NFC. Synchronised lyrics are lines of LRC, a rating is POPM's number from 0 to 255.
        description: of a comment, lyrics or an address; a performer's instrument; whose rating it is.
        language: of a comment or lyrics, by ISO 639-2; empty if it is unknown.
    """

    name: str
    value: str
    description: str = ""
    language: str = ""


class Picture(NamedTuple):
    """An attached picture.

    Attributes:
        kind: by its number in ID3v2 and FLAC; 3 is the front cover.
        mime: by its first bytes, or as the file states it where these are unknown; empty if both differ.
        is_reduced: whether it was made smaller, to fit.
    """

    kind: int
    mime: str
    data: bytes
    description: str = ""
    is_reduced: bool = False


class Unknown(NamedTuple):
    """What the model has no place for, such as `GEOB` or `PRIV`; only a copy can carry it.

    Attributes:
        family: `id3`, `ape`, `mp4`, `riff`.
        name: of the frame, item or atom, with its description.
    """

    family: str
    name: str


@dataclass(frozen=True, slots=True)
class Tags:
    """All tags of a file.

    Attributes:
        entries: in the order of the file.
        unknown: what is lost in any output that is no copy.
        guessed: encodings that had to be guessed, by the names of fields; `chapters` stands for their titles.
        unread_pictures: number of pictures that are too large to be read.
    """

    entries: tuple[Entry, ...] = ()
    pictures: tuple[Picture, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    guessed: dict[str, str] = field(default_factory=dict)
    unread_pictures: int = 0

    def of(self, name: str) -> Iterator[Entry]:
        """Yield the entries of a field; case does not matter in its name."""
        folded = name.casefold()
        return (entry for entry in self.entries if entry.name.casefold() == folded)

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of a field."""
        return tuple(entry.value for entry in self.of(name))

    def first(self, name: str) -> str:
        """Return the first value of a field; empty if there is none."""
        return next((entry.value for entry in self.of(name)), "")

    def names(self) -> tuple[str, ...]:
        """Return the names of all fields that have a value, each once, in the order of the file."""
        return tuple(dict.fromkeys(entry.name for entry in self.entries))
