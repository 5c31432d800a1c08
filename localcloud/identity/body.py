"""A request's fields, read with their types: raw JSON or a form goes no further than this file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localcloud.identity.errors import invalid_argument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web


class Body:
    """The fields of one request, whether they came as JSON, as a form or in the query."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    @classmethod
    async def of(cls, request: web.Request) -> Body:
        """Read a request; the query fills in what the body lacks.

        Raises:
            ApiError: 400, the body is neither a form nor a JSON object.
        """
        if request.content_type == "application/x-www-form-urlencoded":
            return cls({**request.query, **await request.post()})
        text = await request.text()
        try:
            fields = json.loads(text) if text else {}
        except ValueError as error:
            raise invalid_argument(f"Invalid JSON payload received. {error}") from error
        if not isinstance(fields, dict):
            raise invalid_argument("Invalid JSON payload received. The root must be an object.")
        return cls({**request.query, **fields})

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._fields.get(name) is not None

    def text(self, name: str) -> str:
        """A string; empty if the field is missing. Numbers count, as they do with Google's JSON."""
        value = self._fields.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise _wrong_type(name, "a string")
        return str(value)

    def flag(self, name: str) -> bool:
        """A boolean; false if the field is missing."""
        value = self._fields.get(name, False)
        if not isinstance(value, bool):
            raise _wrong_type(name, "a boolean")
        return value

    def number(self, name: str, default: int) -> int:
        """A whole number, also as a string of digits."""
        text = self.text(name) or str(default)
        if not text.isascii() or not text.isdigit():
            raise _wrong_type(name, "a whole number")
        return int(text)

    def texts(self, name: str) -> list[str]:
        """A list of strings; empty if the field is missing."""
        values = self._fields.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise _wrong_type(name, "a list of strings")
        return values


def _wrong_type(name: str, expected: str) -> Exception:
    return invalid_argument(f"Invalid value at '{name}': expected {expected}.")
