"""Reads ID3v2: which frame is which field; `id3_frames` takes their contents apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.media import Chapter

from ...containers.id3 import Id3Tag, content, frames_of, id3_tags
from ...containers.reader import MAX_READ_BYTES
from ..model.genres import GENRE
from ..model.names import field_named, id3_field
from . import id3_frames as contents
from .found import MAX_PICTURES_BYTES, MAX_TEXT_BYTES, Found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...containers.id3 import Frame
    from ...containers.reader import Reader
    from .found import Text

# About the old file, not the recording.
_TECHNICAL = frozenset({"TLEN", "TLE", "TSIZ", "TSI", "CTOC", "SEEK", "ASPI", "MLLT"})
_OLD_DATES = {"TYE": "year", "TYER": "year", "TDA": "day", "TDAT": "day", "TIM": "time", "TIME": "time"}
_MUSICBRAINZ, _ROLES = b"http://musicbrainz.org", frozenset({"TIPL", "TMCL", "IPLS", "IPL"})
_OTHER_ROLES = {"mixing": "mixer", "dj-mixer": "djmixer", "arrangement": "arranger", "production": "producer"}
_TIMES_BYTES, _DSF_TAG_AT = 16, 20
_PICTURES = frozenset({"APIC", "PIC"})


def read_id3(data: Reader, found: Found, begin: int = 0) -> None:
    """Add what the tags that begin there hold: of a later one, what no earlier one does."""
    for number, tag in enumerate(id3_tags(data, begin)):
        if number == 0:
            _read_tag(tag, found)
        else:
            later = Found(found.family)
            _read_tag(tag, later)
            found.add_missing(later)


def _read_tag(tag: Id3Tag, found: Found) -> None:
    dates: dict[str, str] = {}
    for frame in frames_of(tag):
        body = content(tag, frame, _longest(frame.name)) if _is_read(frame.name) else None
        if body is None:
            _skip(tag, frame, found)
        elif frame.name in _OLD_DATES:
            dates[_OLD_DATES[frame.name]] = contents.plain(contents.first_text(body))
        else:
            _read_frame(tag, frame, body, found)
    found.add("date", contents.old_date(dates))


def read_dsf(data: Reader, found: Found) -> None:
    """Add the tag of a DSF, whose header says where it is."""
    at = int.from_bytes(data.at(_DSF_TAG_AT, 8), "little")
    if data.at(0, 4) == b"DSD " and at:
        read_id3(data, found, at)


def _is_read(name: str) -> bool:
    return name in _READERS or name[:1] in "TW" or id3_field(name) is not None or name in {"CHAP", *_ROLES}


def _longest(name: str) -> int:
    """Return how many bytes of a frame are read; `MAX_TEXT_BYTES` bounds texts."""
    return MAX_PICTURES_BYTES if name in _PICTURES else MAX_READ_BYTES


def _skip(tag: Id3Tag, frame: Frame, found: Found) -> None:
    if frame.name in _PICTURES and frame.size > MAX_PICTURES_BYTES:
        found.unread_pictures += 1
    elif frame.name not in _TECHNICAL:
        head = b"" if _is_read(frame.name) else tag.data.at(frame.begin, min(frame.size, 64))
        found.skip(contents.described(frame.name, head))


def _read_frame(tag: Id3Tag, frame: Frame, body: bytes, found: Found) -> None:
    name = frame.name
    if name in _TECHNICAL or (len(body) > MAX_TEXT_BYTES and name not in _PICTURES):
        return
    if name in {"TXXX", "TXX"}:
        _read_own(body, found)
    elif name in _ROLES:
        _read_roles(body, found)
    elif name == "CHAP":
        _read_chapter(tag, body, found)
    elif reader := _READERS.get(name):
        reader(body, found)
    elif name[0] == "W":
        found.add(_name(name), contents.address(body))
    else:
        for text in contents.texts(body):
            found.add(GENRE if name in {"TCON", "TCO"} else _name(name), text)


def _name(frame: str) -> str:
    field = id3_field(frame)
    return field.name if field else frame


def _read_own(body: bytes, found: Found) -> None:
    """A user's own text; its description is the name."""
    description, *values = contents.texts(body, keep_first=True) or [""]
    field = field_named(contents.plain(description))
    for value in values:
        found.add(field.name if field else description, value)


def _read_roles(body: bytes, found: Found) -> None:
    """Pairs of a role and a person."""
    texts = contents.texts(body, keep_first=True, keep_empty=True)
    for role, person in zip(texts[::2], texts[1::2], strict=False):
        plain = contents.plain(role).casefold()
        field = id3_field(f"TIPL:{plain}") or id3_field("TIPL:DJ-mix" if plain == "dj-mix" else "")
        name = field.name if field else _OTHER_ROLES.get(plain, plain if plain in contents.ROLES else "")
        found.add(name or "performer", person, "" if name else role)


def _read_chapter(tag: Id3Tag, body: bytes, found: Found) -> None:
    """Identifier, begin and end in ms and in bytes, then frames (ID3v2 Chapter Frame Addendum)."""
    times = body.partition(b"\0")[2]
    begin_ms, end_ms = int.from_bytes(times[:4]), int.from_bytes(times[4:8])
    if len(times) < _TIMES_BYTES or end_ms < begin_ms:
        return
    inner = Id3Tag(tag.data.part(times), _TIMES_BYTES, len(times), tag.version, tag.is_unsynchronised)
    title: Text = next(_titles(inner), "")
    found.chapters.append((Chapter(begin_ms / 1000, end_ms / 1000), title))


def _titles(tag: Id3Tag) -> Iterator[Text]:
    for frame in frames_of(tag):
        if frame.name == "TIT2" and (body := content(tag, frame, MAX_TEXT_BYTES)):
            yield contents.first_text(body)


def _read_comment(body: bytes, found: Found) -> None:
    language, description, text = contents.described_text(body)
    plain = contents.plain(description)
    # iTunes' own figures, each a field.
    if plain.startswith("iTun"):
        field = id3_field(f"COMM:{plain}")
        found.add(field.name if field else plain, text)
    else:
        found.add("comment", text, description, language)


def _read_lyrics(body: bytes, found: Found) -> None:
    language, description, text = contents.described_text(body)
    found.add("lyrics", text, description, language)


def _read_synced_lyrics(body: bytes, found: Found) -> None:
    language, description, lines = contents.synced_lyrics(body)
    if lines:
        found.add("syncedlyrics", lines, description, language)
    else:
        found.skip("SYLT")


def _read_address(body: bytes, found: Found) -> None:
    description, address = contents.own_address(body)
    found.add("url", address, description)


def _read_rating(body: bytes, found: Found) -> None:
    whose, _, rest = body.partition(b"\0")
    if rest and rest[0]:
        found.add("rating", str(rest[0]), whose.decode("latin-1"))


def _read_identifier(body: bytes, found: Found) -> None:
    owner, _, identifier = body.partition(b"\0")
    if owner == _MUSICBRAINZ and identifier.isascii():
        found.add("musicbrainz_recordingid", identifier.decode())
    else:
        found.skip(contents.described("UFID", owner))


def _read_flag(_: bytes, found: Found) -> None:
    found.add("podcast", "1")


def _read_picture(body: bytes, found: Found) -> None:
    contents.add_picture(body, found, has_long_mime=True)


def _read_old_picture(body: bytes, found: Found) -> None:
    contents.add_picture(body, found, has_long_mime=False)


_READERS: dict[str, Callable[[bytes, Found], None]] = {
    **dict.fromkeys(("COMM", "COM"), _read_comment),
    **dict.fromkeys(("USLT", "ULT"), _read_lyrics),
    **dict.fromkeys(("SYLT", "SLT"), _read_synced_lyrics),
    **dict.fromkeys(("WXXX", "WXX"), _read_address),
    **dict.fromkeys(("POPM", "POP"), _read_rating),
    **dict.fromkeys(("UFID", "UFI"), _read_identifier),
    **dict.fromkeys(("PCST", "PCS"), _read_flag),
    "APIC": _read_picture,
    "PIC": _read_old_picture,
}
