"""Listen: a client receives every change to a query's result or to named documents."""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING

from google.cloud.firestore_v1.types import TargetChange as Types

from localcloud.firestore.model.errors import StatusError
from localcloud.firestore.model.messages import ListenResponse, TargetChange, timestamp
from localcloud.firestore.query.execution import Query

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from localcloud.firestore.engine.documents import Documents
    from localcloud.firestore.engine.store import Store
    from localcloud.firestore.indexes.requirements import IndexRules
    from localcloud.firestore.model.messages import Document, Message

Kind = Types.TargetChangeType


class Target:
    """One thing that a client listens to, and what it knows of it."""

    def __init__(self, added: Message) -> None:
        self.id: int = added.target_id or 1
        self._added = added
        self._known: Mapping[str, Document] = {}
        self._reported_missing = False

    def check(self, indexes: IndexRules) -> None:
        """Refuse a query that has no index."""
        if self._added.WhichOneof("target_type") == "query":
            indexes.check(self._added.query.structured_query)

    def changes(self, documents: Documents, micros: int) -> Iterator[ListenResponse]:
        """What changed since the last call."""
        known, now = self._known, self._results(documents)
        self._known = now
        for name, document in now.items():
            if name not in known or known[name].update_time != document.update_time:
                answer = ListenResponse()
                answer.document_change.document.CopyFrom(document)
                answer.document_change.target_ids.append(self.id)
                yield answer
        gone = [name for name in known if name not in now]
        if not self._reported_missing and self._added.WhichOneof("target_type") == "documents":
            gone += [name for name in self._added.documents.documents if name not in now]
        self._reported_missing = True
        for name in gone:
            yield self._removed(name, documents, micros)

    def _results(self, documents: Documents) -> dict[str, Document]:
        if self._added.WhichOneof("target_type") == "documents":
            found = (documents.get(name) for name in self._added.documents.documents)
            return {document.name: document for document in found if document is not None}
        asked = self._added.query
        query = Query(asked.parent, asked.structured_query)
        return {document.name: query.projected(document) for document in query.results(documents)}

    def _removed(self, name: str, documents: Documents, micros: int) -> ListenResponse:
        """The document is deleted, or is there but matches no more."""
        answer = ListenResponse()
        part = answer.document_delete if documents.get(name) is None else answer.document_remove
        part.document = name
        part.removed_target_ids.append(self.id)
        part.read_time.CopyFrom(timestamp(micros))
        return answer


class Listener:
    """One Listen call."""

    def __init__(self, store: Store, indexes: IndexRules) -> None:
        self._store = store
        self._indexes = indexes
        self._targets: dict[int, Target] = {}
        self._asked: asyncio.Queue[Message | None] = asyncio.Queue()

    async def answers(self, requests: AsyncIterator[Message]) -> AsyncIterator[Message]:
        """Everything that the client receives, until it disconnects."""
        self._store.watchers.add(self._changed)
        reader = asyncio.create_task(self._read(requests))
        try:
            while True:
                request = await self._asked.get()
                for answer in self._changes() if request is None else self._change_target(request):
                    yield answer
        finally:
            reader.cancel()
            self._store.watchers.discard(self._changed)

    async def _read(self, requests: AsyncIterator[Message]) -> None:
        async for request in requests:
            self._asked.put_nowait(request)

    def _changed(self) -> None:
        self._asked.put_nowait(None)

    def _change_target(self, request: Message) -> Iterator[ListenResponse]:
        """A target comes or goes."""
        if request.WhichOneof("target_change") == "remove_target":
            self._targets.pop(request.remove_target, None)
            yield _target_change(Kind.REMOVE, [request.remove_target])
            return
        target = Target(request.add_target)
        try:
            target.check(self._indexes)
            first = list(target.changes(self._store.documents, self._store.last_micros))
        except StatusError as refused:
            yield _target_error(target.id, refused)
            return
        self._targets[target.id] = target
        yield _target_change(Kind.ADD, [target.id])
        if request.add_target.WhichOneof("resume_type") is not None:
            # No history is kept, so a client that resumes starts again.
            yield _target_change(Kind.RESET, [target.id])
        yield from first
        yield _target_change(Kind.CURRENT, [target.id], self._store.last_micros)
        yield _target_change(Kind.NO_CHANGE, [], self._store.last_micros)

    def _changes(self) -> Iterator[ListenResponse]:
        micros = self._store.last_micros
        has_changed = False
        for target in self._targets.values():
            for answer in target.changes(self._store.documents, micros):
                has_changed = True
                yield answer
        if has_changed:
            yield _target_change(Kind.NO_CHANGE, [], micros)


def _target_change(kind: int, target_ids: list[int], micros: int | None = None) -> ListenResponse:
    change = TargetChange(target_change_type=kind, target_ids=target_ids)
    if micros is not None:
        change.resume_token = struct.pack(">Q", micros)
        change.read_time.CopyFrom(timestamp(micros))
    return ListenResponse(target_change=change)


def _target_error(target_id: int, refused: StatusError) -> ListenResponse:
    answer = _target_change(Kind.REMOVE, [target_id])
    answer.target_change.cause.code = refused.number
    answer.target_change.cause.message = refused.message
    return answer
