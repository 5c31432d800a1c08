"""Takes the tags of all other containers from ffprobe's view, by the names that it gives them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..model.names import field_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .found import Found

# A comment or lyrics in ID3v2 and Matroska: ffprobe appends the language.
_WITH_LANGUAGE = re.compile(r"(.+)-([a-z]{3})", re.IGNORECASE)
_NO_LANGUAGE = frozenset({"und", "xxx"})


def read_general(tags: Mapping[str, str], found: Found) -> None:
    """Add ffprobe's tags."""
    for name, value in tags.items():
        spoken = _WITH_LANGUAGE.fullmatch(name)
        field = field_named(name) or (field_named(spoken[1]) if spoken else None)
        if field is None or field_named(name):
            found.add(field.name if field else name, value)
        elif spoken:
            language = spoken[2].casefold()
            found.add(field.name, value, "", "" if language in _NO_LANGUAGE else language)
