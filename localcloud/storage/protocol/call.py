"""A request and an answer without their connection, so that one alone and one in a batch are served alike."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from localcloud.storage.errors import INVALID_OBJECT_NAME, StorageError
from localcloud.storage.protocol.partial_response import selected

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Call:
    """One request for metadata. `path` holds the decoded segments after the API's prefix."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    document: Mapping[str, Any]
    base_url: str


@dataclass(frozen=True)
class Reply:
    """One answer; a `resource` of None is an empty body."""

    status: int = 200
    resource: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The JSON document."""
        return b"" if self.resource is None else json.dumps(self.resource, ensure_ascii=False).encode()

    def only(self, fields: str | None) -> Reply:
        """This answer with the part of its resource that the `fields` parameter selects."""
        return self if self.resource is None else replace(self, resource=selected(self.resource, fields))


def split_target(target: str) -> tuple[str, dict[str, str]]:
    """A request target's path, still encoded, and its query, decoded."""
    path, _, query = target.partition("?")
    try:
        return path, dict(parse_qsl(query, keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError as error:
        raise StorageError(INVALID_OBJECT_NAME, "Couldn't parse the specified URI: not UTF-8.") from error


def decoded(segment: str) -> str:
    """One path segment (or a whole XML path) in plain text; a `%2F` in it is part of a name.

    Raises:
        StorageError: it is not UTF-8.
    """
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError as error:
        raise StorageError(INVALID_OBJECT_NAME, "Couldn't parse the specified URI: not UTF-8.") from error
