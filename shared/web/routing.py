"""Finds the handler of a path and a method.

werkzeug's map compiles each of its rules to Python code, which takes a large part of a cold start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from shared.domain.errors import RouteNotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

Handler = TypeVar("Handler")
_REST = "<path:"


class RouteTable(Generic[Handler]):
    """Handlers by method and path. `<name>` is one segment, `<path:name>` at the end all remaining ones."""

    def __init__(self) -> None:
        self._paths: dict[str, dict[str, Handler]] = {}

    def add(self, method: str, path: str, handler: Handler) -> None:
        """Add a handler for a method on a path; that of GET handles HEAD too."""
        methods = self._paths.setdefault(path, {})
        methods[method] = handler
        if method == "GET":
            methods["HEAD"] = handler

    def find(self, path: str) -> tuple[Mapping[str, Handler], dict[str, str]]:
        """The handlers of a path by method, and its variable parts by name.

        Args:
            path: percent-decoded; a trailing slash is ignored.

        Raises:
            RouteNotFound: there is no such path.
        """
        segments = _segments(path)
        for pattern, methods in self._paths.items():
            variables = _matched(_segments(pattern), segments)
            if variables is not None:
                return methods, variables
        raise RouteNotFound(f"There is no such path: {path[:200]}.")


def _segments(path: str) -> list[str]:
    return path.removesuffix("/").split("/")


def _matched(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    if pattern[-1].startswith(_REST) and len(segments) >= len(pattern):
        last = len(pattern) - 1
        segments = [*segments[:last], "/".join(segments[last:])]
    if len(segments) != len(pattern):
        return None
    variables: dict[str, str] = {}
    for part, given in zip(pattern, segments, strict=True):
        if part.startswith("<") and given:
            variables[part[1:-1].removeprefix("path:")] = given
        elif part != given:
            return None
    return variables
