"""Resumable sessions, whose record is in the database and whose bytes are on disk, so that both outlive us.

The length of the partial blob is the only record of how much was received, so a crash cannot leave a second
one that differs.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from localcloud.storage.errors import NO_SUCH_UPLOAD, UPLOAD_EXPIRED, StorageError
from localcloud.storage.store.stored_object import StoredObject
from localcloud.storage.store.uploads import Target

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from localcloud.database import Database
    from localcloud.storage.store.blobs import Blobs
    from localcloud.storage.store.objects import Objects

SCHEMA = """
CREATE TABLE IF NOT EXISTS storage_sessions (
    id TEXT PRIMARY KEY, target TEXT NOT NULL, declared INTEGER, blob TEXT NOT NULL,
    origin TEXT, created REAL NOT NULL, finished TEXT
) WITHOUT ROWID;
"""
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


class Sessions:
    """The table of sessions."""

    def __init__(self, database: Database, objects: Objects, blobs: Blobs, now: Callable[[], float]) -> None:
        self._database = database
        self._objects = objects
        self._blobs = blobs
        self._now = now
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
        self._database.write("DELETE FROM storage_sessions WHERE id = ?", (session.id,))
        if session.finished is None:
            self._blobs.remove(session.blob)

    def blobs_in_use(self) -> set[str]:
        """The names of all partial blobs."""
        rows = self._database.rows("SELECT blob FROM storage_sessions WHERE finished IS NULL")
        return {row["blob"] for row in rows}

    def mark_finished(self, session: Session, stored: StoredObject) -> None:
        """Note the object that a session became, in the transaction that makes it live."""
        self._database.write(
            "UPDATE storage_sessions SET finished = ? WHERE id = ?", (json.dumps(asdict(stored)), session.id)
        )

    def _forget_expired(self) -> None:
        expired = "SELECT * FROM storage_sessions WHERE created < ?"
        for row in self._database.rows(expired, (self._now() - LIFETIME_S,)):
            self.cancel(_session(row))


def _session(row: sqlite3.Row) -> Session:
    finished = StoredObject(**json.loads(row["finished"])) if row["finished"] else None
    target = Target.from_json(json.loads(row["target"]))
    return Session(row["id"], target, row["declared"], row["blob"], row["origin"], finished)
