"""Reads the tags of a file: the best family's first, and what only others hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...containers.asf import ASF
from ...containers.mp4 import MP4
from ...containers.reader import unless_complex
from ..model.field import Kind
from ..model.fields import FIELDS
from ..model.names import field_named
from ..model.tags import Entry, Tags
from ..model.values import normalised
from .ape import read_ape
from .asf import read_asf_pictures
from .decoding.text import Encoding, decoded
from .found import Found
from .general import read_general
from .id3 import read_dsf, read_id3
from .id3v1 import read_id3v1
from .matroska import read_attachments
from .mp4 import has_item_list, read_mp4
from .riff import read_aiff_texts, read_info, read_wave_id3
from .vorbis import read_flac, read_ogg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from shared.domain.media import Probe

    from ...containers.reader import Reader
    from .found import Text

    Family = tuple[str, Callable[[Reader, Found], None]]

_ID3, _ID3V1, _APE = ("id3", read_id3), ("id3v1", read_id3v1), ("ape", read_ape)
# By ffprobe's name of the container, the best first. Others have what ffprobe finds.
FAMILIES: dict[str, tuple[Family, ...]] = {
    "mp3": (_ID3, _APE, _ID3V1),
    "aac": (_ID3, _APE, _ID3V1),
    "flac": (("vorbis", read_flac), _ID3),
    "ogg": (("vorbis", read_ogg),),
    MP4: (("mp4", read_mp4),),
    "wav": (("id3", read_wave_id3), ("riff", read_info)),
    "aiff": (("id3", read_wave_id3), ("aiff", read_aiff_texts)),
    **dict.fromkeys(("ape", "wv", "mpc", "mpc8", "tak"), (_APE, _ID3V1)),
    "tta": (_ID3, _APE, _ID3V1),
    "dsf": (("id3", read_dsf),),
    ASF: (("asf", read_asf_pictures),),
    "matroska,webm": (("matroska", read_attachments),),
}
# What no item of a list states, but the MP4 around it.
_OF_CONTAINER, _NO_LANGUAGE = frozenset({"language", "creation_time"}), "und"
_SINGLE = frozenset({Kind.WHOLE, Kind.FLAG, Kind.DATE})
CHAPTERS = "chapters"


def read_tags(data: Reader, probed: Probe, encoding: str | None = None) -> Tags:
    """Return the tags of a file.

    Args:
        data: the file, or its two ends.
        probed: what ffprobe found.
        encoding: of texts that are no UTF-8, by the user; None to find out.
    """
    families = FAMILIES.get(probed.container, ())
    if probed.container == MP4 and not unless_complex(has_item_list, data, unknown=False):
        families = ()
    found = [_read(data, family) for family in families]
    general = Found("general")
    read_general(_seen(probed, is_read=any(one.entries for one in found)), general)
    of_all = Encoding(encoding, is_stated=True) if encoding else Encoding.of(_texts(found))
    models = [_model(one, of_all) for one in found]
    return merged([*models, replace(_model(general, of_all), guessed=_guessed(probed))])


def _texts(found: Sequence[Found]) -> Iterator[Text]:
    for one in found:
        for entry in one.entries:
            yield from (entry.value, entry.description, entry.name)
        yield from (title for _, title in one.chapters)


def _guessed(probed: Probe) -> dict[str, str]:
    """Return the encodings that were guessed in ffprobe's view, by the names of fields."""
    guessed = probed.decoded_tags.guessed if probed.decoded_tags else {}
    return {field.name if (field := field_named(name)) else name: one for name, one in guessed.items()}


def _seen(probed: Probe, *, is_read: bool) -> Mapping[str, str]:
    """Return ffprobe's tags; those of the container and its track alone, where our readers found others."""
    seen = probed.decoded_tags.recording if probed.decoded_tags else {}
    if not is_read:
        return seen
    return {name: text for name, text in seen.items() if name in _OF_CONTAINER and text != _NO_LANGUAGE}


def _read(data: Reader, family: Family) -> Found:
    """Return what one family holds; of a tag that is too complex, what was found so far."""
    name, read = family
    found = Found(name)
    unless_complex(lambda reader: read(reader, found), data, None)
    return found


def _model(found: Found, encoding: Encoding) -> Tags:
    """Return what was found with its texts decoded and its values in the model's form."""
    guessed: dict[str, str] = {}
    entries: list[Entry] = []
    for raw in found.entries:
        texts = [decoded(text, encoding) for text in (raw.name, raw.value, raw.description)]
        name, value, description = (text for text, _ in texts)
        normal = list(normalised(Entry(name, value, description, raw.language))) if name else []
        entries += normal
        if guess := next((guess for _, guess in texts if guess), None):
            guessed |= {entry.name: guess for entry in normal}
    chapters = []
    for chapter, raw_title in sorted(found.chapters, key=lambda pair: pair[0].start_s):
        title, guess = decoded(raw_title, encoding)
        chapters.append(replace(chapter, title=title))
        guessed |= {CHAPTERS: guess} if guess else {}
    return Tags(
        tuple(entries),
        tuple(found.pictures),
        tuple(chapters),
        tuple(found.unknown),
        guessed,
        found.unread_pictures,
    )


def merged(tags: Sequence[Tags]) -> Tags:
    """Return the tags of several families as one: of each field, the values of the first that has it."""
    entries: list[Entry] = []
    guessed: dict[str, str] = {}
    for one in tags:
        known = {entry.name.casefold() for entry in entries}
        new = [entry for entry in one.entries if entry.name.casefold() not in known]
        entries += new
        names = {*(entry.name for entry in new), CHAPTERS}
        guessed |= {name: encoding for name, encoding in one.guessed.items() if name in names}
    illustrated = next((one for one in tags if one.pictures or one.unread_pictures), Tags())
    return Tags(
        tuple(_without_repetition(entries)),
        illustrated.pictures,
        next((one.chapters for one in tags if one.chapters), ()),
        tuple(unknown for one in tags for unknown in one.unknown),
        guessed,
        illustrated.unread_pictures,
    )


def _without_repetition(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the entries, each once, and one of what a file has only one of: a number, a date, a flag."""
    seen: set[object] = set()
    for entry in entries:
        field = FIELDS.get(entry.name)
        key = entry.name if field and field.kind in _SINGLE else entry
        if key not in seen:
            seen.add(key)
            yield entry
