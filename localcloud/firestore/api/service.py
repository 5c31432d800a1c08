"""google.firestore.v1.Firestore, method by method: by gRPC all of them, as JSON those that need no stream."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from google.cloud.firestore_v1 import types

from localcloud.firestore.api.grpc_handlers import add_service, conversation, streaming, unary
from localcloud.firestore.api.list_documents import Listings
from localcloud.firestore.api.listen import Listener
from localcloud.firestore.api.reads import Reads
from localcloud.firestore.api.rest import Method
from localcloud.firestore.engine.store import Store
from localcloud.firestore.model.errors import StatusError
from localcloud.firestore.transactions.commits import Commits
from localcloud.firestore.transactions.time_to_live import expired
from localcloud.firestore.transactions.transactions import LockTimeouts, Transactions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import grpc

    from localcloud.database import Database
    from localcloud.firestore.indexes.requirements import IndexRules
    from localcloud.firestore.model.messages import Message

SERVICE = "google.firestore.v1.Firestore"
# Every document's name begins with it.
ROOT = "projects"
_BeginResponse = types.BeginTransactionResponse.pb()


class FirestoreService:
    """Firestore over one database; a new instance on the same database has the same documents.

    Args:
        database: where documents are kept.
        indexes: which queries the cloud could answer, and which documents expire.
        now: seconds since 1970.
        lock_timeouts: how long locks are waited for and held.
    """

    def __init__(
        self,
        database: Database,
        indexes: IndexRules,
        *,
        now: Callable[[], float] = time.time,
        lock_timeouts: LockTimeouts | None = None,
    ) -> None:
        self._now = now
        self._indexes = indexes
        self._store = Store(database, now)
        self._transactions = Transactions(lock_timeouts or LockTimeouts())
        self._reads = Reads(self._store, self._transactions, indexes)
        self._commits = Commits(self._store, self._transactions)
        self._listings = Listings(self._store.documents)

    def register(self, server: grpc.aio.Server) -> None:
        """Serve on a server that has not been started yet."""
        reading, writing, listing = self._reads, self._commits, self._listings
        handlers = {
            "GetDocument": unary(types.GetDocumentRequest, reading.get_document),
            "BatchGetDocuments": streaming(types.BatchGetDocumentsRequest, reading.batch_get_documents),
            "RunQuery": streaming(types.RunQueryRequest, reading.run_query),
            "RunAggregationQuery": streaming(types.RunAggregationQueryRequest, reading.run_aggregation_query),
            "ListDocuments": unary(types.ListDocumentsRequest, listing.list_documents),
            "ListCollectionIds": unary(types.ListCollectionIdsRequest, listing.list_collection_ids),
            "CreateDocument": unary(types.CreateDocumentRequest, writing.create_document),
            "UpdateDocument": unary(types.UpdateDocumentRequest, writing.update_document),
            "DeleteDocument": unary(types.DeleteDocumentRequest, writing.delete_document),
            "BatchWrite": unary(types.BatchWriteRequest, writing.batch_write),
            "BeginTransaction": unary(types.BeginTransactionRequest, self.begin_transaction),
            "Commit": unary(types.CommitRequest, writing.commit),
            "Rollback": unary(types.RollbackRequest, writing.rollback),
            "Listen": conversation(types.ListenRequest, self.listen),
        }
        add_service(server, SERVICE, handlers)

    @property
    def methods(self) -> dict[str, Method]:
        """What is answered as JSON, by the name in its address."""
        reading, parent = self._reads, ("parent", "/documents")
        return {
            "batchGet": Method(types.BatchGetDocumentsRequest, reading.batch_get_documents),
            "runQuery": Method(types.RunQueryRequest, reading.run_query, parent),
            "runAggregationQuery": Method(
                types.RunAggregationQueryRequest, reading.run_aggregation_query, parent
            ),
            "beginTransaction": Method(types.BeginTransactionRequest, self.begin_transaction),
            "commit": Method(types.CommitRequest, self._commits.commit),
            "rollback": Method(types.RollbackRequest, self._commits.rollback),
        }

    async def begin_transaction(self, request: Message) -> Message:
        """BeginTransaction."""
        answer: Message = _BeginResponse(transaction=self._reads.begin(request.options).id)
        return answer

    async def listen(self, requests: AsyncIterator[Message]) -> AsyncIterator[Message]:
        """Listen."""
        async for answer in Listener(self._store, self._indexes).answers(requests):
            yield answer

    async def delete_expired(self) -> int:
        """Delete the documents whose time to live is over, and say how many went."""
        deletes = expired(self._store.documents, ROOT, self._indexes.ttl, int(self._now() * 10**6))
        gone = 0
        for delete in deletes:
            try:
                await self._commits.write([delete])
                gone += 1
            except StatusError:
                # It changed while its lock was waited for; the next sweep looks again.
                continue
        return gone


def firestore_service(
    database: Database, indexes: IndexRules, now: Callable[[], float] = time.time
) -> FirestoreService:
    """Firestore with the lock timeouts of the service."""
    return FirestoreService(database, indexes, now=now)
