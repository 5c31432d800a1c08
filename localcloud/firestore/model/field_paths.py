"""Paths into a document's maps: parsed, read, written, and documents cut down to some of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from localcloud.firestore.model.errors import invalid
from localcloud.firestore.model.messages import Document, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

FieldPath: TypeAlias = tuple[str, ...]
# A protobuf map from name to Value; protobuf publishes no types for it.
Fields: TypeAlias = Any

# Names and what is meant below them.
Tree: TypeAlias = "dict[str, Tree | None]"

NAME = "__name__"
_SEGMENT = re.compile(r"`((?:[^`\\]|\\.)+)`|([^.`\[\]*~/]+)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@lru_cache(maxsize=4096)
def parsed(path: str) -> FieldPath:
    r"""`` a.`b.c` `` → ("a", "b.c").

    Raises:
        StatusError: INVALID_ARGUMENT.
    """
    parts, at = [], 0
    while found := _SEGMENT.match(path, at):
        parts.append(_ESCAPED.sub(r"\1", found[1]) if found[1] else found[2])
        at = found.end()
        if at == len(path):
            return tuple(parts)
        if path[at] != ".":
            break
        at += 1
    raise invalid(f'Invalid property path "{path}".')


def field_at(fields: Fields, path: FieldPath) -> Value | None:
    """The value at a path, or None where there is none."""
    for name in path[:-1]:
        if name not in fields or not _is_map(fields[name]):
            return None
        fields = fields[name].map_value.fields
    if path[-1] not in fields:
        return None
    value: Value = fields[path[-1]]
    return value


def set_field(fields: Fields, path: FieldPath, value: Value) -> None:
    """Put a value at a path; values on the way become maps."""
    for name in path[:-1]:
        step = fields[name]
        if not _is_map(step):
            step.Clear()
            step.map_value.SetInParent()
        fields = step.map_value.fields
    fields[path[-1]].CopyFrom(value)


def delete_field(fields: Fields, path: FieldPath) -> None:
    """Take the value at a path away, if there is one."""
    if field_at(fields, path) is None:
        return
    for name in path[:-1]:
        fields = fields[name].map_value.fields
    del fields[path[-1]]


def masked(document: Document, paths: Iterable[str]) -> Document:
    """A copy with only the fields at those paths."""
    copy = Document(name=document.name, create_time=document.create_time, update_time=document.update_time)
    _copy(document.fields, copy.fields, _tree(tuple(paths)))
    return copy


@lru_cache(maxsize=256)
def _tree(paths: tuple[str, ...]) -> Tree:
    """The paths by their first names; None where all below a path is meant."""
    tree: Tree = {}
    for path in paths:
        if path == NAME:
            continue
        *way, last = parsed(path)
        branch: Tree | None = tree
        for name in way:
            branch = None if branch is None else branch.setdefault(name, {})
        if branch is not None:
            branch[last] = None
    return tree


def _copy(fields: Fields, target: Fields, tree: Tree) -> None:
    for name, branch in tree.items():
        if name not in fields:
            continue
        if branch is None:
            target[name].CopyFrom(fields[name])
        elif _is_map(fields[name]):
            _copy(fields[name].map_value.fields, target[name].map_value.fields, branch)
            if not target[name].map_value.fields:
                del target[name]


def _is_map(value: Value) -> bool:
    kind: str | None = value.WhichOneof("value_type")
    return kind == "map_value"
