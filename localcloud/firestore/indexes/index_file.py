"""`firestore.indexes.json`, in the form that Firebase's tools read and deploy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

COLLECTION, COLLECTION_GROUP = "COLLECTION", "COLLECTION_GROUP"
ASCENDING, DESCENDING, CONTAINS = "ASCENDING", "DESCENDING", "CONTAINS"


@dataclass(frozen=True)
class IndexField:
    """One field of an index.

    Attributes:
        mode: ASCENDING, DESCENDING or CONTAINS.
    """

    path: str
    mode: str


@dataclass(frozen=True)
class CompositeIndex:
    """An index over several fields of the documents of one collection group.

    Attributes:
        scope: COLLECTION or COLLECTION_GROUP.
    """

    group: str
    scope: str
    fields: tuple[IndexField, ...]


@dataclass(frozen=True)
class SingleFieldIndex:
    """How one field is indexed by itself."""

    scope: str
    mode: str


@dataclass(frozen=True)
class IndexFile:
    """What the file says.

    Attributes:
        overrides: by collection group and field path, the single-field indexes instead of the automatic ones.
        ttl: pairs of collection group and the timestamp field after which its documents go.
    """

    composites: tuple[CompositeIndex, ...] = ()
    overrides: Mapping[tuple[str, str], frozenset[SingleFieldIndex]] | None = None
    ttl: tuple[tuple[str, str], ...] = ()


def read_index_file(path: Path) -> IndexFile:
    """Parse the file.

    Raises:
        ValueError: it is not JSON of that form; the message names the file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        overrides = content.get("fieldOverrides", [])
        return IndexFile(
            tuple(_composite(index) for index in content.get("indexes", [])),
            {_key(one): _single_fields(one["indexes"]) for one in overrides if "indexes" in one},
            tuple(_key(one) for one in overrides if str(one.get("ttl", "")).lower() == "true"),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is not a Firestore index file: {error!r}") from error


def _composite(index: Mapping[str, Any]) -> CompositeIndex:
    fields = tuple(IndexField(one["fieldPath"], _mode(one)) for one in index["fields"])
    return CompositeIndex(index["collectionGroup"], index.get("queryScope", COLLECTION), fields)


def _single_fields(indexes: Iterable[Mapping[str, str]]) -> frozenset[SingleFieldIndex]:
    return frozenset(SingleFieldIndex(one.get("queryScope", COLLECTION), _mode(one)) for one in indexes)


def _mode(field: Mapping[str, str]) -> str:
    mode = field.get("order") or field.get("arrayConfig")
    if mode not in {ASCENDING, DESCENDING, CONTAINS}:
        raise ValueError(f"a field has neither order nor arrayConfig: {dict(field)}")
    return mode


def _key(override: Mapping[str, str]) -> tuple[str, str]:
    return override["collectionGroup"], override["fieldPath"]
