"""Partial responses: the `fields` parameter picks what is sent, as `items(name,size),nextPageToken` does."""

from __future__ import annotations

import re
from typing import Any

from localcloud.storage.errors import INVALID, StorageError

Tree = dict[str, "Tree"]
_TOKEN = re.compile(r"\s*([A-Za-z0-9_.*-]+|[(),/])")


def selected(resource: Any, fields: str | None) -> Any:  # noqa: ANN401 any JSON value, and part of it
    """The parts of a resource that `fields` names; all of it where nothing is named.

    Raises:
        StorageError: `fields` does not parse.
    """
    if not fields or fields == "*":
        return resource
    tokens = _TOKEN.findall(fields)
    tree = _list(tokens)
    if tokens or "".join(_TOKEN.findall(fields)) != re.sub(r"\s", "", fields):
        raise StorageError(INVALID, f"Invalid field selection {fields!r}")
    return _pruned(resource, tree)


def _list(tokens: list[str]) -> Tree:
    """Take `path,path,…` off the front of `tokens`."""
    tree: Tree = {}
    while True:
        name, below = _path(tokens)
        _merge(tree.setdefault(name, {}), below)
        if not tokens or tokens[0] != ",":
            return tree
        tokens.pop(0)


def _path(tokens: list[str]) -> tuple[str, Tree]:
    if not tokens or tokens[0] in "(),/":
        raise StorageError(INVALID, "Invalid field selection: a name is missing.")
    name = tokens.pop(0)
    if tokens and tokens[0] == "/":
        tokens.pop(0)
        child, below = _path(tokens)
        return name, {child: below}
    if tokens and tokens[0] == "(":
        tokens.pop(0)
        below = _list(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise StorageError(INVALID, "Invalid field selection: a parenthesis is not closed.")
        return name, below
    return name, {}


def _merge(tree: Tree, other: Tree) -> None:
    for name, below in other.items():
        _merge(tree.setdefault(name, {}), below)


def _pruned(value: Any, tree: Tree) -> Any:  # noqa: ANN401 as in `selected`
    if not tree:
        return value
    if isinstance(value, list):
        return [_pruned(each, tree) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _pruned(each, tree.get(name, tree.get("*", {})))
        for name, each in value.items()
        if name in tree or "*" in tree
    }
