"""What readers find of one family of tags, before its text is decoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ..model.tags import Picture, Unknown

if TYPE_CHECKING:
    from shared.domain.media import Chapter

# More than these are no tags that a person wrote. Lyrics of an opera have 100 KiB.
MAX_ENTRIES, MAX_TEXT_BYTES, MAX_TEXTS_BYTES = 2000, 1 << 20, 4 << 20
MAX_PICTURES, MAX_PICTURES_BYTES = 64, 24 << 20
_MAGIC = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
    b"RIFF": "image/webp",
}


class Latin1(bytes):
    """Text that a tag calls Latin-1; it may be in any encoding."""

    __slots__ = ()


# Bytes are text in an encoding that is not stated.
Text: TypeAlias = str | bytes


class RawEntry(NamedTuple):
    """An entry of the model, whose texts may not be decoded yet."""

    name: Text
    value: Text
    description: Text = ""
    language: str = ""


@dataclass(slots=True)
class Found:
    """What was found; beyond the bounds, entries are only named as unknown, and pictures only counted.

    Attributes:
        family: of the names in `unknown`.
        unread_pictures: number of pictures beyond the bounds.
    """

    family: str
    entries: list[RawEntry] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    chapters: list[tuple[Chapter, Text]] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    unread_pictures: int = 0
    _text_bytes: int = 0
    _picture_bytes: int = 0

    def add(self, name: Text, value: Text, description: Text = "", language: str = "") -> None:
        """Add a value of a field."""
        if not value or not name:
            return
        self._text_bytes += len(value) + len(description) + len(name)
        if len(self.entries) >= MAX_ENTRIES or self._text_bytes > MAX_TEXTS_BYTES:
            self.skip(name if isinstance(name, str) else name.decode("latin-1"))
        else:
            self.entries.append(RawEntry(name, value, description, language))

    def add_picture(self, kind: int, mime: str, data: bytes, description: str = "") -> None:
        """Add a picture; its own first bytes say what it is."""
        self._picture_bytes += len(data)
        if not data:
            return
        if len(self.pictures) >= MAX_PICTURES or self._picture_bytes > MAX_PICTURES_BYTES:
            self.unread_pictures += 1
        else:
            # What claims to be of a kind that its bytes are not is none: an error page of a server, say.
            known = mime_of(data) or (mime if mime.casefold() not in _MAGIC.values() else "")
            self.pictures.append(Picture(kind, known, data, description))

    def add_missing(self, other: Found) -> None:
        """Add the fields that are not here yet, and other things of which there are none yet."""
        names = {entry.name for entry in self.entries}
        self.entries += [entry for entry in other.entries if entry.name not in names]
        if not self.has_pictures:
            self.pictures, self.unread_pictures = other.pictures, other.unread_pictures
        self.chapters = self.chapters or other.chapters
        self.unknown += other.unknown

    @property
    def has_pictures(self) -> bool:
        """Whether there are pictures, read or not."""
        return bool(self.pictures or self.unread_pictures)

    def skip(self, name: str) -> None:
        """Note what the model has no place for."""
        if len(self.unknown) < MAX_ENTRIES:
            self.unknown.append(Unknown(self.family, name))


def mime_of(data: bytes) -> str:
    """Return the media type of a picture by its first bytes; empty if they are of another kind."""
    mime = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), "")
    return "" if mime == "image/webp" and data[8:12] != b"WEBP" else mime
