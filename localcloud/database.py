"""The SQLite file in which a local cloud stores what it has acknowledged.

Every service runs on the same event loop and shares this connection, so no statement ever waits for another
and a change that spans services (an object and the event it causes) is one transaction. WAL without a sync
per commit survives `kill -9`, which is what localcloud promises; it does not promise to survive a power cut.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class Database:
    """One connection, used by one thread. Transactions nest: only the outermost commits."""

    def __init__(self, path: Path | str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._depth = 0

    def declare(self, schema: str) -> None:
        """Create what `schema` names and does not exist yet (`CREATE … IF NOT EXISTS`)."""
        self._connection.executescript(schema)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of one statement; a statement outside `transaction` commits by itself."""
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """The first row of one statement, or None."""
        found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def write(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement and return how many rows it touched."""
        return self._connection.execute(sql, values).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Never await inside one: the connection is the whole cloud's."""
        if self._depth == 0:
            self._connection.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("ROLLBACK")
            raise
        self._depth -= 1
        if self._depth == 0:
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file; what was committed stays."""
        self._connection.close()
