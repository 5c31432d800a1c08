"""Reads and queries, inside transactions and outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from google.cloud.firestore_v1 import types

from localcloud.firestore.model.errors import not_found, not_implemented
from localcloud.firestore.model.field_paths import masked
from localcloud.firestore.model.messages import timestamp
from localcloud.firestore.model.names import checked_document
from localcloud.firestore.query.aggregations import aggregated, field_of
from localcloud.firestore.query.execution import Query, versions

if TYPE_CHECKING:
    from localcloud.firestore.engine.documents import Documents
    from localcloud.firestore.engine.store import Store
    from localcloud.firestore.indexes.requirements import IndexRules
    from localcloud.firestore.model.messages import Document, Message
    from localcloud.firestore.transactions.transactions import Transaction, Transactions

_BatchGetResponse = types.BatchGetDocumentsResponse.pb()
_QueryResponse = types.RunQueryResponse.pb()
_AggregationResponse = types.RunAggregationQueryResponse.pb()


class View(NamedTuple):
    """What one read looks at.

    Attributes:
        transaction: the one that the read belongs to, if any.
        began: its id, if this very read began it; empty otherwise.
    """

    documents: Documents
    transaction: Transaction | None = None
    began: bytes = b""

    @property
    def locking(self) -> Transaction | None:
        """The transaction, if it locks what it reads."""
        read_only = self.transaction is not None and self.transaction.snapshot is not None
        return None if read_only else self.transaction


class Reads:
    """The methods that change nothing."""

    def __init__(self, store: Store, transactions: Transactions, indexes: IndexRules) -> None:
        self._store = store
        self._transactions = transactions
        self._indexes = indexes

    def begin(self, options: Message) -> Transaction:
        """Begin a transaction with those TransactionOptions."""
        if options.WhichOneof("mode") != "read_only":
            return self._transactions.begin()
        if options.read_only.HasField("read_time"):
            raise not_implemented("read-only transactions at a past read_time")
        return self._transactions.begin(self._store.documents.snapshot())

    async def get_document(self, request: Message) -> Message:
        """GetDocument."""
        view = self._view(request)
        name = checked_document(request.name)
        if view.locking:
            await self._transactions.lock(view.locking, [name])
        document = view.documents.get(name)
        if document is None:
            raise not_found(f'Document "{name}" not found.')
        return _masked(document, request)

    async def batch_get_documents(self, request: Message) -> list[Message]:
        """BatchGetDocuments."""
        view = self._view(request)
        names = [checked_document(name) for name in request.documents]
        if view.locking:
            await self._transactions.lock(view.locking, names)
        read_time = timestamp(self._store.tick())
        answers: list[Message] = [_BatchGetResponse(transaction=view.began)] if view.began else []
        for name in names:
            document = view.documents.get(name)
            if document is None:
                answers.append(_BatchGetResponse(missing=name, read_time=read_time))
            else:
                answers.append(_BatchGetResponse(found=_masked(document, request), read_time=read_time))
        return answers

    async def run_query(self, request: Message) -> list[Message]:
        """RunQuery."""
        query = Query(request.parent, request.structured_query)
        self._refuse_explain(request)
        self._indexes.check(query.structured)
        view = self._view(request)
        found = await self._found(view, query)
        read_time = timestamp(self._store.tick())
        answers: list[Message] = [
            _QueryResponse(document=query.projected(document), read_time=read_time) for document in found
        ]
        if not answers:
            answers.append(_QueryResponse(read_time=read_time))
        answers[0].transaction = view.began
        return answers

    async def run_aggregation_query(self, request: Message) -> list[Message]:
        """RunAggregationQuery."""
        asked = request.structured_aggregation_query
        self._refuse_explain(request)
        fields = [path for one in asked.aggregations if (path := field_of(one)) is not None]
        self._indexes.check(asked.structured_query, fields)
        view = self._view(request)
        found = await self._found(view, Query(request.parent, asked.structured_query))
        answer: Message = _AggregationResponse(
            transaction=view.began, read_time=timestamp(self._store.tick())
        )
        for alias, value in aggregated(asked.aggregations, found).items():
            answer.result.aggregate_fields[alias].CopyFrom(value)
        return [answer]

    def _view(self, request: Message) -> View:
        kind = request.WhichOneof("consistency_selector")
        if kind == "read_time":
            raise not_implemented("reads at a past read_time")
        if kind is None:
            return View(self._store.documents)
        if kind == "transaction":
            transaction, began = self._transactions.get(request.transaction), b""
        else:
            transaction = self.begin(request.new_transaction)
            began = transaction.id
        return View(transaction.snapshot or self._store.documents, transaction, began)

    async def _found(self, view: View, query: Query) -> list[Document]:
        found = query.results(view.documents)
        if view.locking is None:
            return found
        # While a lock is waited for, the result may change; what is there in the end counts, and its new
        # members are locked too.
        await self._transactions.lock(view.locking, [document.name for document in found])
        found = query.results(view.documents)
        await self._transactions.lock(view.locking, [document.name for document in found])
        view.locking.seen.append((query, versions(found)))
        return found

    @staticmethod
    def _refuse_explain(request: Message) -> None:
        if request.HasField("explain_options"):
            raise not_implemented("explain_options (query plans)")


def _masked(document: Document, request: Message) -> Document:
    return masked(document, request.mask.field_paths) if request.HasField("mask") else document
