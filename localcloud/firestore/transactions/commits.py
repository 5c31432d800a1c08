"""Commits: the one way in which documents change."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING

from google.cloud.firestore_v1 import types
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]  # no stubs are published

from localcloud.firestore.engine.writes import target
from localcloud.firestore.model.errors import StatusError, aborted, invalid
from localcloud.firestore.model.messages import Write, timestamp
from localcloud.firestore.query.execution import versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localcloud.firestore.engine.store import Store
    from localcloud.firestore.model.messages import Message, WriteResult
    from localcloud.firestore.transactions.transactions import Transaction, Transactions

ID_ALPHABET, ID_LENGTH = string.ascii_letters + string.digits, 20
_CommitResponse = types.CommitResponse.pb()
_BatchWriteResponse = types.BatchWriteResponse.pb()


class Commits:
    """The methods that change documents."""

    def __init__(self, store: Store, transactions: Transactions) -> None:
        self._store = store
        self._transactions = transactions

    async def commit(self, request: Message) -> Message:
        """Commit, in a transaction or without one."""
        if request.transaction:
            transaction = self._transactions.get(request.transaction)
            micros, results = await self._commit_transaction(transaction, request.writes)
        else:
            micros, results = await self.write(request.writes)
        answer: Message = _CommitResponse(write_results=results, commit_time=timestamp(micros))
        return answer

    async def rollback(self, request: Message) -> Message:
        """Rollback."""
        self._transactions.end(self._transactions.get(request.transaction))
        answer: Message = Empty()
        return answer

    async def batch_write(self, request: Message) -> Message:
        """BatchWrite: each write by itself, in order."""
        names = [target(write) for write in request.writes]
        if len(set(names)) < len(names):
            raise invalid("A batch cannot write to the same document more than once.")
        answer: Message = _BatchWriteResponse()
        for write in request.writes:
            status = answer.status.add()
            result = answer.write_results.add()
            try:
                _, (written,) = await self.write([write])
                result.CopyFrom(written)
            except StatusError as refused:
                status.code, status.message = refused.number, refused.message
        return answer

    async def create_document(self, request: Message) -> Message:
        """CreateDocument, under an id of its own if none is given."""
        document_id = request.document_id or "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH))
        write = Write(update=request.document)
        write.update.name = f"{request.parent}/{request.collection_id}/{document_id}"
        write.current_document.exists = False
        return await self._written(write)

    async def update_document(self, request: Message) -> Message:
        """UpdateDocument."""
        write = Write(update=request.document)
        if request.HasField("update_mask"):
            write.update_mask.CopyFrom(request.update_mask)
        if request.HasField("current_document"):
            write.current_document.CopyFrom(request.current_document)
        return await self._written(write)

    async def delete_document(self, request: Message) -> Message:
        """DeleteDocument."""
        write = Write(delete=request.name)
        if request.HasField("current_document"):
            write.current_document.CopyFrom(request.current_document)
        await self.write([write])
        answer: Message = Empty()
        return answer

    async def write(self, writes: Sequence[Write]) -> tuple[int, list[WriteResult]]:
        """Commit outside any transaction, after those who hold the documents."""
        holder = await self._transactions.lock_for_writer([target(write) for write in writes])
        try:
            return self._store.commit(writes)
        finally:
            self._transactions.end(holder)

    async def _commit_transaction(
        self, transaction: Transaction, writes: Sequence[Write]
    ) -> tuple[int, list[WriteResult]]:
        try:
            if transaction.snapshot is not None and writes:
                raise invalid("Cannot modify entities in a read-only transaction.")
            await self._transactions.lock(transaction, sorted({target(write) for write in writes}))
            if transaction.is_aborted:
                raise aborted("Transaction lock conflict; please retry.")
            for query, seen in transaction.seen:
                if versions(query.results(self._store.documents)) != seen:
                    raise aborted("Another write changed the result of a query of this transaction.")
            return self._store.commit(writes)
        finally:
            self._transactions.end(transaction)

    async def _written(self, write: Write) -> Message:
        await self.write([write])
        document = self._store.documents.get(write.update.name)
        if document is None:
            raise aborted("The document was deleted by another write at the same moment.")
        return document
