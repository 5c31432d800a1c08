"""Finds what is kept for a path and a method.

werkzeug's map compiles each of its rules into Python code first, which is a good part of a cold start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from shared.domain.errors import RouteNotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

Kept = TypeVar("Kept")
_REST = "<path:"


class RouteTable(Generic[Kept]):
    """Paths with variable parts: `<name>` is one segment, `<path:name>` at the end all that are left."""

    def __init__(self) -> None:
        self._paths: dict[str, dict[str, Kept]] = {}

    def add(self, method: str, path: str, kept: Kept) -> None:
        """Keep something for a method on a path; what answers GET answers HEAD too."""
        methods = self._paths.setdefault(path, {})
        methods[method] = kept
        if method == "GET":
            methods["HEAD"] = kept

    def find(self, path: str) -> tuple[Mapping[str, Kept], dict[str, str]]:
        """What is kept for each method on this path, and the path's variable parts by name.

        Args:
            path: percent-decoded; one slash too many at its end is forgiven.

        Raises:
            RouteNotFound: nothing is.
        """
        asked = _segments(path)
        for pattern, methods in self._paths.items():
            variables = _matched(_segments(pattern), asked)
            if variables is not None:
                return methods, variables
        raise RouteNotFound(f"There is no such path: {path[:200]}.")


def _segments(path: str) -> list[str]:
    return path.removesuffix("/").split("/")


def _matched(pattern: list[str], asked: list[str]) -> dict[str, str] | None:
    if pattern[-1].startswith(_REST) and len(asked) >= len(pattern):
        last = len(pattern) - 1
        asked = [*asked[:last], "/".join(asked[last:])]
    if len(asked) != len(pattern):
        return None
    variables: dict[str, str] = {}
    for part, given in zip(pattern, asked, strict=True):
        if part.startswith("<") and given:
            variables[part[1:-1].removeprefix("path:")] = given
        elif part != given:
            return None
    return variables
