"""Resource names: `projects/P/databases/D/documents/collection/id/…`, and the order among them."""

from __future__ import annotations

import re
from typing import TypeAlias

from localcloud.firestore.model.errors import invalid

# A numeric id sorts before every other; str compares by code point, which is the order of UTF-8 bytes.
NameKey: TypeAlias = tuple[tuple[int, int, str], ...]

ROOT_SEGMENTS = 5
ID_SIZE_MAX = 1500
_ROOT = re.compile(r"projects/[^/]+/databases/[^/]+/documents")
_NUMERIC = re.compile(r"__id(-?\d+)__")
_RESERVED = re.compile(r"__.*__")


def name_key(name: str) -> NameKey:
    """Sorts documents as `__name__` does."""
    return tuple(_segment_key(segment) for segment in name.split("/"))


def _segment_key(segment: str) -> tuple[int, int, str]:
    numeric = _NUMERIC.fullmatch(segment)
    return (0, int(numeric[1]), "") if numeric else (1, 0, segment)


def collection_of(name: str) -> str:
    """The path of the collection that holds a document."""
    return name.rsplit("/", 1)[0]


def group_of(name: str) -> str:
    """The collection group, the last part of that path."""
    return collection_of(name).rsplit("/", 1)[-1]


def checked_document(name: str) -> str:
    """The same name, if it can be a document's.

    Raises:
        StatusError: INVALID_ARGUMENT.
    """
    segments = name.split("/")
    relative = segments[ROOT_SEGMENTS:]
    if not _ROOT.match(name) or not relative or len(relative) % 2 or not all(relative):
        raise invalid(f'Document name "{name}" is not a path of collections and documents.')
    for segment in relative:
        _check_id(segment)
    return name


def _check_id(segment: str) -> None:
    if segment in {".", ".."}:
        raise invalid(f'Resource id "{segment}" is invalid.')
    if _RESERVED.fullmatch(segment) and not _NUMERIC.fullmatch(segment):
        raise invalid(f'Resource id "{segment}" is invalid because it is reserved.')
    if len(segment.encode()) > ID_SIZE_MAX:
        raise invalid("A resource id is longer than 1500 bytes.")
