"""The option `tags`: fields of a file's tags to set, replace or remove, by their names.

convert has the table with the names of these fields in every container (`functions/convert/metadata/model`);
a test holds the two together.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from shared.domain.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TEXTS = """
    title subtitle artist artists album albumartist discsubtitle genre grouping mood comment description
    lyrics syncedlyrics key language script media composer lyricist writer conductor remixer arranger
    engineer producer mixer djmixer performer director originalartist originalalbum originallyricist
    originalfilename titlesort artistsort albumsort albumartistsort composersort showsort work movement
    label catalognumber barcode asin isrc releasecountry releasestatus releasetype copyright
    producednotice fileowner license encodedby website audiofilewebpage audiosourcewebpage radiostation
    radiostationowner radiostationwebpage paymentwebpage publisherwebpage commercialwebpage
    copyrightwebpage url show podcasturl podcastid podcastcategory podcastkeywords podcastdesc
    acoustid_id acoustid_fingerprint musicbrainz_recordingid musicbrainz_trackid musicbrainz_albumid
    musicbrainz_artistid musicbrainz_albumartistid musicbrainz_releasegroupid musicbrainz_workid
    musicbrainz_discid musicbrainz_composerid musicbrainz_originalalbumid musicbrainz_originalartistid
    musicbrainz_trmid musicip_puid musicip_fingerprint itunes_cddb_1 originator originator_reference
    origination_date origination_time umid coding_history
"""
# Numbers may have a total, which is a field of its own.
TOTALS = {"tracknumber": "totaltracks", "discnumber": "totaldiscs", "movementnumber": "movementtotal"}
DATE = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?)?)?$"
_PLACE, _WHOLE = r"^[A-Za-z]{0,2}[0-9]{1,9}(/[0-9]{1,9})?$", r"^[0-9]{1,15}$"
_NUMBER, _RATING = r"^[0-9]{1,4}(\.[0-9]{1,15})?$", r"^([0-9]|[0-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])$"
_FLAG = r"^[01]$"
# Name → what its values look like, by a pattern and in words; None for text.
FIELDS: dict[str, tuple[str, str] | None] = {
    **dict.fromkeys(_TEXTS.split()),
    **dict.fromkeys(TOTALS, (_PLACE, "a number such as 3 or 3/12")),
    **dict.fromkeys((*TOTALS.values(), "time_reference"), (_WHOLE, "a whole number")),
    **dict.fromkeys(
        ("date", "originaldate", "originalyear", "releasedate"), (DATE, "a date: YYYY, YYYY-MM or YYYY-MM-DD")
    ),
    **dict.fromkeys(("compilation", "gapless", "showmovement", "podcast"), (_FLAG, "true or false")),
    "bpm": (_NUMBER, "a number"),
    "rating": (_RATING, "a whole number from 0 to 255"),
}
# By the pattern of a value: the name of its JSON Schema, and JSON values that may stand for such a string.
_KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    _PLACE: ("TagNumber", {"type": "integer", "minimum": 0, "maximum": 999_999_999}),
    _WHOLE: ("TagTotal", {"type": "integer", "minimum": 0, "maximum": 999_999_999}),
    DATE: ("TagDate", {"type": "integer", "minimum": 1000, "maximum": 9999}),
    _FLAG: ("TagFlag", {"type": "boolean"}),
    _NUMBER: ("TagDecimal", {"type": "number", "minimum": 0, "maximum": 9999}),
    _RATING: ("TagRating", {"type": "integer", "minimum": 0, "maximum": 255}),
}
_REF = "#/components/schemas/"
# Names that ffmpeg, and tasks before there were these fields, use.
ALIASES = {
    "album_artist": "albumartist",
    "track": "tracknumber",
    "tracktotal": "totaltracks",
    "disc": "discnumber",
    "disctotal": "totaldiscs",
    "year": "date",
    "publisher": "label",
    "encoded_by": "encodedby",
    "title-sort": "titlesort",
    "artist-sort": "artistsort",
    "album-sort": "albumsort",
    "initialkey": "key",
}
MAX_FIELDS, MAX_VALUES, MAX_CHARACTERS, MAX_ALL_CHARACTERS = 100, 50, 20_000, 100_000
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def parse_tags(raw: Mapping[str, Any], path: str) -> dict[str, list[str]]:
    """Return the values of each field by its own name; none for a field to remove.

    Args:
        raw: the JSON object. A value is a text, a number, true or false, an array of texts, or null.
        path: of the object within the whole request, for the error.

    Raises:
        InvalidField: a field is unknown, or a value is not valid; the error names it and what is valid.
    """
    if len(raw) > MAX_FIELDS:
        raise InvalidField(f"{path} must have up to {MAX_FIELDS} fields.", field=path)
    found: dict[str, list[str]] = {}
    for given, value in raw.items():
        name = ALIASES.get(given, given)
        if name not in FIELDS:
            shown = f"{path}.{given[:40]}"
            raise InvalidField(f"{given[:40]!r} is not a field of tags.", field=shown, valid=sorted(FIELDS))
        for own, values in _split(name, list(_values(name, value, f"{path}.{given}"))):
            found.setdefault(own, []).extend(values)
    if sum(len(text) for values in found.values() for text in values) > MAX_ALL_CHARACTERS:
        raise InvalidField(f"{path} must have up to {MAX_ALL_CHARACTERS} characters in all.", field=path)
    return found


def _values(name: str, value: object, path: str) -> Iterator[str]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    if len(values) > MAX_VALUES:
        raise InvalidField(f"{path} must have up to {MAX_VALUES} values.", field=path)
    for one in values:
        if isinstance(value, list) and not isinstance(one, str):
            raise InvalidField(f"{path} must be an array of texts.", field=path)
        if text := _text(name, one, path):
            yield text


def _text(name: str, value: object, path: str) -> str:
    if form := FIELDS[name]:
        return _formed(form, value, path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InvalidField(f"{path} must be text of up to {MAX_CHARACTERS} characters.", field=path)
    lines = str(value).replace("\r\n", "\n").replace("\r", "\n")
    if len(lines) > MAX_CHARACTERS:
        raise InvalidField(f"{path} must be text of up to {MAX_CHARACTERS} characters.", field=path)
    return _CONTROLS.sub("", unicodedata.normalize("NFC", lines)).strip()


def _formed(form: tuple[str, str], value: object, path: str) -> str:
    """Return the text of a number, a date or a flag, exactly as its schema has it; empty removes it."""
    pattern, words = form
    text = None
    if isinstance(value, bool):
        text = str(int(value)) if pattern == _FLAG else None
    elif isinstance(value, str):
        text = value
    elif isinstance(value, int | float) and pattern != _FLAG:
        text = str(int(value) if float(value).is_integer() else value)
    if text is None or (text and not re.fullmatch(pattern, text)):
        raise InvalidField(f"{path} must be {words}.", field=path)
    return text


def _split(name: str, values: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield a number and the total that it may have, as two fields."""
    if name not in TOTALS or not values:
        yield name, values
        return
    number, _, total = values[0].partition("/")
    yield name, [number]
    if total:
        yield TOTALS[name], [total]


def tag_kinds() -> list[str]:
    """Return what values look like, in a word each."""
    return ["text", *(schema.removeprefix("Tag").lower() for schema, _ in _KINDS.values())]


def tag_fields() -> Iterator[tuple[str, str, str]]:
    """Yield the name of each field, what its values look like in a word, and their pattern, if any."""
    kinds = dict(zip(_KINDS, tag_kinds()[1:], strict=True))
    for name, form in FIELDS.items():
        yield name, kinds[form[0]] if form else "text", form[0] if form else ""


def tag_schemas() -> dict[str, dict[str, Any]]:
    """Return JSON Schemas by name: `Tags`, the value of the option, and each kind of value in it."""
    text = {"type": "string", "maxLength": MAX_CHARACTERS}
    names = [*FIELDS, *ALIASES]
    return {
        "Tags": {
            "type": "object",
            "maxProperties": MAX_FIELDS,
            "propertyNames": {"type": "string", "enum": names},
            "properties": {
                name: {"$ref": _REF + _KINDS[form[0]][0]}
                for name in names
                if (form := FIELDS[ALIASES.get(name, name)])
            },
            "additionalProperties": {"$ref": f"{_REF}TagText"},
        },
        "TagText": _one_or_more(text, {"type": "number"}),
        **{
            kind: _one_or_more({"type": "string", "pattern": f"^$|{pattern}"}, plain)
            for pattern, (kind, plain) in _KINDS.items()
        },
    }


def _one_or_more(text: dict[str, Any], plain: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a text, another JSON value that stands for one, several texts, or null."""
    several = {"type": "array", "items": text, "maxItems": MAX_VALUES}
    return {"anyOf": [{**text, "type": ["string", "null"]}, plain, several]}
