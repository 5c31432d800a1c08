"""The part of Firestore that our adapters use: records by path, conditional writes, simple queries.

There are two implementations. `client_records` uses Google's client. `rest_records` uses Firestore's JSON API
with modules that api imports anyway, which saves it a fifth of its cold start. Named tuples do so
too: creating a data class takes seven times as long.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

TIMEOUT_S = 5.0
# Concurrent requests of one user contend for the user's counters; an aborted commit had no effect.
READ_RETRY_S, COMMIT_RETRY_S = 10.0, 15.0

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Record(NamedTuple):
    """A document.

    Attributes:
        fields: plain values; times are in UTC.
        revision: its update time, in the same format for both clients.
    """

    id: str
    fields: Mapping[str, Any]
    revision: str
    created_at: datetime


class Create(NamedTuple):
    """Creates a document that must not exist."""

    path: str
    fields: Mapping[str, Any]


class Replace(NamedTuple):
    """Replaces these fields of a document that must have this revision."""

    path: str
    fields: Mapping[str, Any]
    revision: str


class Remove(NamedTuple):
    """Deletes a document if it exists; with a revision, one that must have it."""

    path: str
    revision: str = ""


class Merge(NamedTuple):
    """Sets fields of a document, which is created if it does not exist, and transforms numbers.

    Attributes:
        added: increments of numbers, by their paths: a dot leads into a mapping.
        at_least: lower bounds of numbers.
    """

    path: str
    fields: Mapping[str, Any] = _NOTHING
    added: Mapping[str, int] = _NOTHING
    at_least: Mapping[str, int] = _NOTHING


Write: TypeAlias = Create | Replace | Remove | Merge


class Written(NamedTuple):
    """The result of one write.

    Attributes:
        numbers: the results of its transforms, by field.
    """

    revision: str
    numbers: Mapping[str, int]


class Query(NamedTuple):
    """Some documents of one collection.

    Attributes:
        where: field, `==`, `<` or `in`, and value.
        order: by this field and then by id; empty for any order.
        after: the field's value and the id of the document to start after.
        select: paths of the fields that are read; empty for all.
    """

    collection: str
    where: Sequence[tuple[str, str, Any]]
    limit: int
    order: str = ""
    descending: bool = False
    after: tuple[Any, str] | None = None
    select: Sequence[str] = ()


class Records(Protocol):
    """One database. Raises Unavailable if it does not respond as expected."""

    def get(self, path: str) -> Record | None:
        """The document, or None."""
        ...

    def commit(self, *writes: Write) -> list[Written]:
        """Apply all writes, or none. Raises AlreadyExists, RevisionChanged."""
        ...

    def find(self, query: Query) -> list[Record]:
        """The documents."""
        ...

    def count(self, query: Query) -> int:
        """The number of documents, counted up to the limit."""
        ...
