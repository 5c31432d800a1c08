"""Structured queries, answered from the documents in memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from localcloud.firestore.model.field_paths import NAME, masked
from localcloud.firestore.model.messages import Document, micros_of
from localcloud.firestore.model.value_order import SortKey, name_sort_key, sort_key
from localcloud.firestore.query.filters import predicate, value_at
from localcloud.firestore.query.shape import Order, full_order
from localcloud.firestore.query.validation import check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localcloud.firestore.engine.documents import Documents
    from localcloud.firestore.model.messages import Message, StructuredQuery


@dataclass(frozen=True)
class Query:
    """A structured query below a parent.

    Attributes:
        parent: a document's name, or the database's root of documents.
    """

    parent: str
    structured: StructuredQuery

    def results(self, documents: Documents) -> list[Document]:
        """The matching documents in order, whole.

        Raises:
            StatusError: INVALID_ARGUMENT or UNIMPLEMENTED.
        """
        check(self.structured)
        orders = full_order(self.structured)
        passes = predicate(self.structured.where)
        matching = (document for document in self._candidates(documents) if passes(document))
        placed = ((_position(document, orders), document) for document in matching)
        rows = [(key, document) for key, document in placed if key is not None]
        for index in range(len(orders) - 1, -1, -1):
            rows.sort(key=partial(_part, index), reverse=orders[index].descending)
        return self._page([document for key, document in rows if self._between(key, orders)])

    def projected(self, document: Document) -> Document:
        """The document as the query's projection has it."""
        if not self.structured.HasField("select"):
            return document
        return masked(document, [selected.field_path for selected in self.structured.select.fields])

    def _candidates(self, documents: Documents) -> Iterable[Document]:
        if not self.structured.from_:
            return documents.below(self.parent, "")
        selector = self.structured.from_[0]
        if selector.all_descendants:
            return documents.below(self.parent, selector.collection_id)
        return documents.collection(f"{self.parent}/{selector.collection_id}").values()

    def _between(self, key: list[SortKey], orders: list[Order]) -> bool:
        query = self.structured
        if query.HasField("start_at"):
            side = _compared(key, query.start_at, orders)
            if side < 0 or (side == 0 and not query.start_at.before):
                return False
        if query.HasField("end_at"):
            side = _compared(key, query.end_at, orders)
            if side > 0 or (side == 0 and query.end_at.before):
                return False
        return True

    def _page(self, found: list[Document]) -> list[Document]:
        rest = found[self.structured.offset :]
        return rest[: self.structured.limit.value] if self.structured.HasField("limit") else rest


def versions(found: Iterable[Document]) -> tuple[object, ...]:
    """What tells two results of one query apart."""
    return tuple((document.name, micros_of(document.update_time)) for document in found)


def _part(index: int, row: tuple[list[SortKey], Document]) -> SortKey:
    return row[0][index]


def _position(document: Document, orders: list[Order]) -> list[SortKey] | None:
    """Where the document stands; None if it lacks a field of the order, and so is in no such index."""
    key = []
    for order in orders:
        if order.path == NAME:
            key.append(name_sort_key(document.name))
            continue
        value = value_at(document, order.path)
        if value is None:
            return None
        key.append(sort_key(value))
    return key


def _compared(key: list[SortKey], cursor: Message, orders: list[Order]) -> int:
    """Negative before the cursor, zero at it, positive after it."""
    for part, value, order in zip(key, cursor.values, orders, strict=False):
        bound = sort_key(value)
        if part != bound:
            return -1 if (part < bound) is not order.descending else 1
    return 0
