"""The model's tags by ffmpeg's names, one text a name, as tasks show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .fields import FIELDS

if TYPE_CHECKING:
    from .tags import Tags

SEPARATOR = ";"
_TOTALS = {"tracknumber": "totaltracks", "discnumber": "totaldiscs", "movementnumber": "movementtotal"}


def by_ffmpeg_names(tags: Tags) -> dict[str, str]:
    """Return the tags in lower case; several values are joined, as ffmpeg joins them."""
    values: dict[str, list[str]] = {}
    for entry in tags.entries:
        if entry.name in _TOTALS.values():
            continue
        total = tags.first(_TOTALS.get(entry.name, ""))
        # A comment's description is its name, as in ffmpeg.
        is_described = entry.name == "comment" and entry.description
        name = entry.description if is_described else ffmpeg_name(entry.name)
        values.setdefault(name.lower(), []).append(f"{entry.value}/{total}" if total else entry.value)
    for number, total in _TOTALS.items():
        if tags.first(total) and not tags.first(number):
            values[ffmpeg_name(number)] = [f"/{tags.first(total)}"]
    return {name: SEPARATOR.join(texts) for name, texts in values.items()}


def ffmpeg_name(name: str) -> str:
    """Return ffmpeg's name of a field, or a user's own name as it is."""
    field = FIELDS.get(name)
    return field.ffmpeg if field else name
