"""Brings the values of entries to the model's form: numbers apart from totals, dates, flags, genres."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .field import Kind
from .fields import FIELDS
from .genres import GENRE, genres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .tags import Entry

_TOTALS = {"tracknumber": "totaltracks", "discnumber": "totaldiscs", "movementnumber": "movementtotal"}
_PAIR = re.compile(r"\s*([^/\s]*)\s*/\s*(\d+)\s*")
_DATE = re.compile(
    r"(\d{4})(?:[-/.](\d\d?)(?:[-/.](\d\d?)(?:[T ](\d\d?)(?::(\d\d)(?::(\d\d)(?:\.\d+)?)?)?)?)?)?"
    r"(?:Z|[+-]\d\d:?\d\d)?"
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_TRUE, _FALSE = frozenset({"1", "true", "yes"}), frozenset({"0", "false", "no"})
# In Vorbis comments and APEv2, the instrument follows the name.
_PERFORMER = re.compile(r"(.+?) \(([^()]+)\)")


def normalised(entry: Entry) -> Iterator[Entry]:
    """Yield an entry in the model's form, as two for a number with a total; nothing if it is empty."""
    if entry.name == GENRE:
        yield from (entry._replace(name="genre", value=name) for name in genres(entry.value))
        return
    field = FIELDS.get(entry.name)
    kind = field.kind if field else Kind.TEXT
    if kind is Kind.WHOLE:
        yield from _numbers(entry)
    elif kind is Kind.FLAG:
        value = entry.value.strip().casefold()
        if value not in _FALSE:
            yield entry._replace(value="1" if value in _TRUE else entry.value)
    elif kind is Kind.DATE:
        yield entry._replace(value=date(entry.value))
    elif entry.name == "performer" and not entry.description:
        found = _PERFORMER.fullmatch(entry.value)
        yield entry._replace(value=found[1], description=found[2]) if found else entry
    elif entry.value:
        yield entry


def date(text: str) -> str:
    """Return a date as `YYYY-MM-DDTHH:MM:SS` or its beginning; other texts as they are."""
    stripped = text.strip()
    found = _COMPACT_DATE.fullmatch(stripped) or _DATE.fullmatch(stripped)
    if not found:
        return text
    year, *parts = (part for part in found.groups() if part)
    separators = ("-", "-", "T", ":", ":")
    numbers = (f"{separator}{int(part):02}" for separator, part in zip(separators, parts, strict=False))
    return year + "".join(numbers)


def _numbers(entry: Entry) -> Iterator[Entry]:
    pair = _PAIR.fullmatch(entry.value) if entry.name in _TOTALS else None
    number, total = (pair[1], pair[2]) if pair else (entry.value.strip(), "")
    for name, text in ((entry.name, number), (_TOTALS.get(entry.name, ""), total)):
        # A number that is not set is 0 in many families.
        if text.strip("0") or (text and name == "time_reference"):
            yield entry._replace(name=name, value=text)
