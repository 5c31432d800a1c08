"""The current documents; every change is on disk before it is acknowledged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.firestore.engine.documents import Documents
from localcloud.firestore.engine.writes import Staged
from localcloud.firestore.model.messages import Document, micros_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localcloud.database import Database
    from localcloud.firestore.model.messages import Write, WriteResult

SCHEMA = """
CREATE TABLE IF NOT EXISTS firestore_documents (name TEXT PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID;
"""


class Store:
    """Every document, in memory and in the database.

    Attributes:
        documents: what is committed.
        watchers: called after each commit, on the event loop.
    """

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self.documents = Documents()
        self.watchers: set[Callable[[], None]] = set()
        self._database = database
        self._now = now
        self._last_micros = 0
        database.declare(SCHEMA)
        for row in database.rows("SELECT document FROM firestore_documents"):
            document = Document.FromString(row["document"])
            self.documents.put(document)
            self._last_micros = max(self._last_micros, micros_of(document.update_time))

    def tick(self) -> int:
        """A moment in microseconds since 1970, later than every one before."""
        self._last_micros = max(self._last_micros + 1, int(self._now() * 10**6))
        return self._last_micros

    @property
    def last_micros(self) -> int:
        """The latest moment given out."""
        return self._last_micros

    def commit(self, writes: Sequence[Write]) -> tuple[int, list[WriteResult]]:
        """Do all the writes or none.

        Returns:
            The commit's time in microseconds and one result for each write.

        Raises:
            StatusError: a precondition failed or a write is invalid.
        """
        micros = self.tick()
        staged = Staged(self.documents, micros)
        results = [staged.apply(write) for write in writes]
        self._keep(staged)
        for changed in tuple(self.watchers):
            changed()
        return micros, results

    def _keep(self, staged: Staged) -> None:
        with self._database.transaction():
            for name, document in staged.changes.items():
                if document is None:
                    self._database.write("DELETE FROM firestore_documents WHERE name = ?", (name,))
                else:
                    self._database.write(
                        "INSERT OR REPLACE INTO firestore_documents VALUES (?, ?)",
                        (name, document.SerializeToString()),
                    )
        for name, document in staged.changes.items():
            if document is None:
                self.documents.remove(name)
            else:
                self.documents.put(document)
