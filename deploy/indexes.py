# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Reads firestore.indexes.json for deploy.sh: `missing-indexes`, `exempt` or `ttl`, one entry a line.

`missing-indexes` reads the JSON of `gcloud firestore indexes composite list` from standard input and prints
the flags that create each missing index.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "firestore.indexes.json"
Index = tuple[str, str, tuple[tuple[str, str], ...]]


def wanted_indexes() -> list[Index]:
    """The composite indexes in the file."""
    return [_index(entry["collectionGroup"], entry) for entry in _file()["indexes"]]


def missing_indexes(found: list[dict[str, Any]]) -> list[str]:
    """The flags of the indexes that are not in `found`; the service adds __name__ itself."""
    there = {_index(entry["name"].split("/collectionGroups/")[1].split("/")[0], entry) for entry in found}
    return [_flags(index) for index in wanted_indexes() if index not in there]


def exempt_fields() -> list[str]:
    """`collectionGroup field` of each field without single-field indexes."""
    return [f"{e['collectionGroup']} {e['fieldPath']}" for e in _file()["fieldOverrides"] if not e["indexes"]]


def ttl_fields() -> list[str]:
    """`collectionGroup field` of each field with a time-to-live policy."""
    return [f"{e['collectionGroup']} {e['fieldPath']}" for e in _file()["fieldOverrides"] if e.get("ttl")]


def _file() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(FILE.read_text())
    return content


def _index(group: str, entry: dict[str, Any]) -> Index:
    fields = ((field["fieldPath"], field.get("order", "")) for field in entry["fields"])
    return group, entry["queryScope"], tuple(field for field in fields if field[0] != "__name__")


def _flags(index: Index) -> str:
    group, scope, fields = index
    configs = [f"--field-config=field-path={name},order={order.lower()}" for name, order in fields]
    return " ".join([f"--collection-group={group}", f"--query-scope={scope.lower()}", *configs])


def main() -> None:
    """Print the list that the argument names."""
    if sys.argv[1] == "missing-indexes":
        lines = missing_indexes(json.loads(_text_or_nothing()))
    else:
        lines = {"exempt": exempt_fields, "ttl": ttl_fields}[sys.argv[1]]()
    sys.stdout.write("\n".join(lines) + "\n")


def _text_or_nothing() -> str:
    text = sys.stdin.read().strip()
    return text if text.startswith("[") else "[]"


if __name__ == "__main__":
    main()
