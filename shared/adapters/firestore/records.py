"""Firestore as our adapters use it: records by path, guarded writes in one commit, queries of a few terms.

Two clients fulfil it. `google_records` is Google's own. `rest_records` speaks Firestore's JSON API over what
firebase-admin has imported anyway, which spares api a fifth of its cold start. Named tuples are for that too:
a data class takes seven times as long to make.
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
        revision: its update time, spelt the same by every client.
    """

    id: str
    fields: Mapping[str, Any]
    revision: str
    created_at: datetime


class Create(NamedTuple):
    """A document that must not exist."""

    path: str
    fields: Mapping[str, Any]


class Replace(NamedTuple):
    """These fields in place of what they were, in a document that must be as it was read."""

    path: str
    fields: Mapping[str, Any]
    revision: str


class Remove(NamedTuple):
    """A document that may be there; with a revision, one that must be as it was read."""

    path: str
    revision: str = ""


class Merge(NamedTuple):
    """Fields of a document that may be there, in their final form or as steps that Firestore computes.

    Attributes:
        added: what is added to a number.
        at_least: what a number becomes, unless it is more.
    """

    path: str
    fields: Mapping[str, Any] = _NOTHING
    added: Mapping[str, int] = _NOTHING
    at_least: Mapping[str, int] = _NOTHING


Write: TypeAlias = Create | Replace | Remove | Merge


class Written(NamedTuple):
    """What became of one write.

    Attributes:
        numbers: what its steps came to, by field.
    """

    revision: str
    numbers: Mapping[str, int]


class Query(NamedTuple):
    """Some documents of one collection.

    Attributes:
        where: field, `==`, `<` or `in`, and value.
        order: by this field and then by name; empty for any order.
        after: where to begin: the field's value and the id of the last document before.
    """

    collection: str
    where: Sequence[tuple[str, str, Any]]
    limit: int
    order: str = ""
    descending: bool = False
    after: tuple[Any, str] | None = None


class Records(Protocol):
    """One database. Raises Unavailable where it does not answer as expected."""

    def get(self, path: str) -> Record | None:
        """The document, or None."""
        ...

    def commit(self, *writes: Write) -> list[Written]:
        """All of them, or none. Raises AlreadyExists, RevisionChanged."""
        ...

    def find(self, query: Query) -> list[Record]:
        """The documents."""
        ...

    def count(self, query: Query) -> int:
        """How many there are, counted up to the limit."""
        ...
