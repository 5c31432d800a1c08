"""Tags that a client sets, replaces or removes by the option `tags`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from .model.tags import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .model.tags import Tags

_WITH_ROLE = re.compile(r"(.+\S)\s*\(([^()]+)\)", re.DOTALL)


def edited(tags: Tags, edits: Mapping[str, Sequence[str]]) -> Tags:
    """Return the tags with these fields as the client wants them; without those that have no values."""
    kept = (entry for entry in tags.entries if entry.name not in edits)
    new = (_entry(name, value) for name, values in edits.items() for value in values)
    return replace(tags, entries=(*kept, *new))


def _entry(name: str, value: str) -> Entry:
    """Return a value; a performer's instrument may follow in parentheses."""
    found = _WITH_ROLE.fullmatch(value) if name == "performer" else None
    return Entry(name, found[1], found[2]) if found else Entry(name, value)
