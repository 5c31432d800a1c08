"""Resumable sessions, whose record is in the database and whose bytes are on disk, so that both outlive us.

How much has been received is the length of the partial blob and nothing else: there is no second record
that a crash could leave behind it. Before the last chunk only whole quanta of 256 KiB are kept, as in the
cloud.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from localcloud.storage.digests import Digester
from localcloud.storage.errors import (
    INVALID,
    NO_SUCH_UPLOAD,
    UPLOAD_BUSY,
    UPLOAD_EXPIRED,
    StorageError,
)
from localcloud.storage.stored_object import StoredObject
from localcloud.storage.uploads import Target

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterable, Callable

    from localcloud.database import Database
    from localcloud.storage.blobs import Blobs, BlobWriter
    from localcloud.storage.digests import ExpectedDigests
    from localcloud.storage.objects import Objects
    from localcloud.storage.ranges import ChunkRange

SCHEMA = """
CREATE TABLE IF NOT EXISTS storage_sessions (
    id TEXT PRIMARY KEY, target TEXT NOT NULL, declared INTEGER, blob TEXT NOT NULL,
    origin TEXT, created REAL NOT NULL, finished TEXT
) WITHOUT ROWID;
"""
QUANTUM_BYTES = 256 * 1024
LIFETIME_S = 7 * 24 * 3600  # a session URI expires after one week


@dataclass(frozen=True)
class Session:
    """One resumable upload. `declared` is the size the client announced; `finished` the object it became."""

    id: str
    target: Target
    declared: int | None
    blob: str
    origin: str | None
    finished: StoredObject | None


@dataclass(frozen=True)
class Progress:
    """Where a session is: `received` bytes are safe, and `stored` is the object once it is complete."""

    received: int
    stored: StoredObject | None = None


class Sessions:
    """The table of sessions and the writers at work on them."""

    def __init__(self, database: Database, objects: Objects, blobs: Blobs, now: Callable[[], float]) -> None:
        self._database = database
        self._objects = objects
        self._blobs = blobs
        self._now = now
        self._digesters: dict[str, Digester] = {}
        self._writing: dict[str, object] = {}
        database.declare(SCHEMA)
        self._forget_expired()

    def start(self, target: Target, declared: int | None, origin: str | None) -> Session:
        """Open a session for a target that is admissible now."""
        self._forget_expired()
        self._objects.admit(target.bucket, target.name, target.conditions)
        if declared is not None:
            target.sizes.check(declared)
        writer = self._blobs.create()
        writer.close()
        session = Session(secrets.token_urlsafe(48), target, declared, writer.blob, origin, None)
        self._database.write(
            "INSERT INTO storage_sessions VALUES (?, ?, ?, ?, ?, ?, NULL)",
            (session.id, json.dumps(target.as_json()), declared, writer.blob, origin, self._now()),
        )
        return session

    def get(self, upload_id: str) -> Session:
        """The session of that id.

        Raises:
            StorageError: it never was, was cancelled, or has expired.
        """
        row = self._database.row("SELECT * FROM storage_sessions WHERE id = ?", (upload_id,))
        if row is None:
            raise StorageError(NO_SUCH_UPLOAD, "The requested upload was not found.")
        if row["created"] < self._now() - LIFETIME_S:
            raise StorageError(UPLOAD_EXPIRED, "The upload session has expired.")
        return _session(row)

    def cancel(self, session: Session) -> None:
        """End a session and forget its bytes."""
        self._writing.pop(session.id, None)
        self._digesters.pop(session.id, None)
        self._database.write("DELETE FROM storage_sessions WHERE id = ?", (session.id,))
        if session.finished is None:
            self._blobs.remove(session.blob)

    def _forget_expired(self) -> None:
        expired = "SELECT * FROM storage_sessions WHERE created < ?"
        for row in self._database.rows(expired, (self._now() - LIFETIME_S,)):
            self.cancel(_session(row))

    def blobs_in_use(self) -> set[str]:
        """The names of all partial blobs."""
        rows = self._database.rows("SELECT blob FROM storage_sessions WHERE finished IS NULL")
        return {row["blob"] for row in rows}

    async def receive(
        self,
        session: Session,
        chunk: ChunkRange | None,
        pieces: AsyncIterable[bytes],
        expected: ExpectedDigests,
    ) -> Progress:
        """Take one session PUT: a status query, a chunk, or (chunk None) all the bytes at once.

        Idempotent: bytes received before are skipped, and a finished session answers with its object.

        Args:
            session: the session as `get` gave it.
            chunk: what the `Content-Range` header said.
            pieces: the body; a broken connection raises from it, and what came before is kept.
            expected: digests that came with this request; they hold for the whole object.
        """
        if session.finished:
            return Progress(session.finished.size, session.finished)
        session = replace(
            session, target=replace(session.target, expected=expected.merged_with(session.target.expected))
        )
        received = self._blobs.size(session.blob)
        total = self._total(session, chunk)
        if chunk is None or chunk.first is not None:
            first = chunk.first if chunk and chunk.first is not None else 0
            if first > received:
                raise StorageError(
                    INVALID, f"The upload offset is {first}, but only {received} bytes were received."
                )
            received, ended_at = await self._append(
                session, received - first, pieces, total, whole=chunk is None
            )
            total = ended_at if chunk is None and total is None else total
        if received == total:
            return Progress(received, await self._finish(session))
        return Progress(received)

    def _total(self, session: Session, chunk: ChunkRange | None) -> int | None:
        said = chunk.total if chunk else None
        if None not in (said, session.declared) and said != session.declared:
            raise StorageError(INVALID, f"The upload was declared as {session.declared} bytes, not {said}.")
        return session.declared if said is None else said

    async def _append(
        self, session: Session, skip: int, pieces: AsyncIterable[bytes], total: int | None, *, whole: bool
    ) -> tuple[int, int]:
        """Write the new bytes of one request; returns how many are safe, and where its body ended."""
        turn = self._writing[session.id] = object()
        writer = self._blobs.append(session.blob, await self._digester(session))
        tail = bytearray()
        try:
            async for piece in pieces:
                self._check_turn(session, turn)
                fresh, skip = piece[skip:], max(skip - len(piece), 0)
                tail += fresh
                session.target.sizes.check_most(writer.size + len(tail))
                _write_quanta(writer, tail)
            self._check_turn(session, turn)
            end = writer.size + len(tail)
            if end == total or (whole and total is None):
                writer.write(bytes(tail))
            return writer.size, end
        finally:
            writer.close()

    def _check_turn(self, session: Session, turn: object) -> None:
        """Only the latest request writes: its client gave up on the others."""
        if self._writing.get(session.id) is not turn:
            raise StorageError(UPLOAD_BUSY, "Another request has taken this upload over.")

    async def _digester(self, session: Session) -> Digester:
        """The digests so far; after a restart they are computed from the bytes on disk."""
        if session.id not in self._digesters:
            digester = Digester()
            for piece in self._blobs.pieces(session.blob):
                digester.update(piece)
                await asyncio.sleep(0)
            self._digesters[session.id] = digester
        return self._digesters[session.id]

    async def _finish(self, session: Session) -> StoredObject:
        writer = self._blobs.append(session.blob, await self._digester(session))
        content = writer.content()
        target = session.target
        try:
            target.check(content)
            return self._objects.put(
                target.bucket,
                target.name,
                target.attributes,
                content,
                target.conditions,
                also=lambda stored: self._mark_finished(session, stored),
            )
        except StorageError:
            self.cancel(session)
            raise
        finally:
            self._digesters.pop(session.id, None)
            self._writing.pop(session.id, None)

    def _mark_finished(self, session: Session, stored: StoredObject) -> None:
        self._database.write(
            "UPDATE storage_sessions SET finished = ? WHERE id = ?", (json.dumps(asdict(stored)), session.id)
        )


def _write_quanta(writer: BlobWriter, tail: bytearray) -> None:
    whole = len(tail) - len(tail) % QUANTUM_BYTES
    if whole:
        writer.write(bytes(tail[:whole]))
        del tail[:whole]


def _session(row: sqlite3.Row) -> Session:
    finished = StoredObject(**json.loads(row["finished"])) if row["finished"] else None
    target = Target.from_json(json.loads(row["target"]))
    return Session(row["id"], target, row["declared"], row["blob"], row["origin"], finished)
