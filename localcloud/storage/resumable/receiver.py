"""Receives the bytes of a resumable session chunk by chunk, across interruptions, until they are an object.

Before the last chunk only whole quanta of 256 KiB are kept, as in the cloud.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from localcloud.storage.errors import INVALID, UPLOAD_BUSY, StorageError
from localcloud.storage.store.checksums import Digester

if TYPE_CHECKING:
    from collections.abc import AsyncIterable

    from localcloud.storage.protocol.ranges import ChunkRange
    from localcloud.storage.resumable.sessions import Session, Sessions
    from localcloud.storage.store.blobs import Blobs, BlobWriter
    from localcloud.storage.store.checksums import ExpectedDigests
    from localcloud.storage.store.objects import Objects
    from localcloud.storage.store.stored_object import StoredObject

QUANTUM_BYTES = 256 * 1024


@dataclass(frozen=True)
class Progress:
    """Where a session is: `received` bytes are safe, and `stored` is the object once it is complete."""

    received: int
    stored: StoredObject | None = None


@dataclass(frozen=True)
class _Chunk:
    """The body of one request: it begins at `first`, ends by `end`, and `total` completes the object."""

    first: int
    end: int | None
    total: int | None

    def is_last(self, end: int) -> bool:
        """Whether a body that ended at `end` completes the object; one of unknown length always does."""
        return end == self.total or (self.total is None and self.end is None)


class Receiver:
    """Takes the requests to session URIs."""

    def __init__(self, sessions: Sessions, objects: Objects, blobs: Blobs) -> None:
        self._sessions = sessions
        self._objects = objects
        self._blobs = blobs
        self._digesters: dict[str, Digester] = {}
        self._turns: dict[str, object] = {}

    async def receive(
        self,
        session: Session,
        chunk: ChunkRange | None,
        pieces: AsyncIterable[bytes],
        expected: ExpectedDigests,
    ) -> Progress:
        """Take one PUT: a status query, a chunk, or (chunk None) all bytes together.

        Idempotent: bytes received before are skipped, and a finished session answers with its object.

        Args:
            session: the session as the table has it.
            chunk: what the `Content-Range` header said.
            pieces: the body; a broken connection raises from it, and what came before is kept.
            expected: digests that came with this request; they hold for the whole object.
        """
        if session.finished:
            return Progress(session.finished.size, session.finished)
        total = _total(session, chunk)
        complete = self._blobs.size(session.blob) == total
        if chunk is None:
            complete = await self._append(session, _Chunk(0, total, total), pieces)
        elif chunk.first is not None and chunk.last is not None:
            complete = await self._append(session, _Chunk(chunk.first, chunk.last + 1, total), pieces)
        if complete:
            stored = await self._finish(session, expected)
            return Progress(stored.size, stored)
        return Progress(self._blobs.size(session.blob))

    def cancel(self, session: Session) -> None:
        """End a session; a request that is at work on it fails."""
        self._forget(session)
        self._sessions.cancel(session)

    async def _append(self, session: Session, chunk: _Chunk, pieces: AsyncIterable[bytes]) -> bool:
        """Write what is new in one body, and say whether the object is complete."""
        received = self._blobs.size(session.blob)
        if chunk.first > received:
            message = f"The upload offset is {chunk.first}, but only {received} bytes were received."
            raise StorageError(INVALID, message)
        turn = self._turns[session.id] = object()
        writer = self._blobs.append(session.blob, await self._digester(session))
        tail = bytearray()
        position = chunk.first
        try:
            async for piece in pieces:
                self._check_turn(session, turn)
                tail += piece[max(received - position, 0) :]
                position += len(piece)
                _check_end(session, chunk, position)
                _write_quanta(writer, tail)
            self._check_turn(session, turn)
            is_last = chunk.is_last(position) and position >= received
            if is_last:
                writer.write(bytes(tail))
            return is_last
        finally:
            writer.close()

    def _check_turn(self, session: Session, turn: object) -> None:
        """Only the latest request writes: its client gave up on the others."""
        if self._turns.get(session.id) is not turn:
            raise StorageError(UPLOAD_BUSY, "Another request has taken this upload over.")

    async def _digester(self, session: Session) -> Digester:
        """The digests so far; after a restart they are computed from the bytes on disk."""
        if session.id not in self._digesters:
            digester = Digester()
            for piece in self._blobs.pieces(session.blob):
                digester.update(piece)
                await asyncio.sleep(0)
            self._digesters.setdefault(session.id, digester)  # another request may have been faster
        return self._digesters[session.id]

    async def _finish(self, session: Session, expected: ExpectedDigests) -> StoredObject:
        content = self._blobs.append(session.blob, await self._digester(session)).content()
        target = replace(session.target, expected=expected.merged_with(session.target.expected))
        try:
            target.check(content)
            return self._objects.put(
                target.bucket,
                target.name,
                target.attributes,
                content,
                target.conditions,
                also=lambda stored: self._sessions.mark_finished(session, stored),
            )
        except StorageError:
            self._sessions.cancel(session)
            raise
        finally:
            self._forget(session)

    def _forget(self, session: Session) -> None:
        self._turns.pop(session.id, None)
        self._digesters.pop(session.id, None)


def _total(session: Session, chunk: ChunkRange | None) -> int | None:
    """The length of the whole object, if a request has stated it."""
    said = chunk.total if chunk else None
    if None not in (said, session.declared) and said != session.declared:
        raise StorageError(INVALID, f"The upload was declared as {session.declared} bytes, not {said}.")
    return session.declared if said is None else said


def _check_end(session: Session, chunk: _Chunk, end: int) -> None:
    session.target.sizes.check_most(end)
    if chunk.end is not None and end > chunk.end:
        raise StorageError(INVALID, f"The body goes beyond byte {chunk.end}, where it should end.")


def _write_quanta(writer: BlobWriter, tail: bytearray) -> None:
    whole = len(tail) - len(tail) % QUANTUM_BYTES
    if whole:
        writer.write(bytes(tail[:whole]))
        del tail[:whole]
