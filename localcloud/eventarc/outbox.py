"""Events: those that are not acknowledged yet, those that were given up, and the number of delivered ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.eventarc.cloud_event import CloudEvent, Finalized, finalized_event

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from localcloud.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS eventarc_events (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    attributes TEXT NOT NULL DEFAULT '{}',
    data BLOB NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'pending',
    due REAL NOT NULL,
    created REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_status INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS eventarc_due ON eventarc_events (state, due);
CREATE TABLE IF NOT EXISTS eventarc_delivered (only INTEGER PRIMARY KEY, events INTEGER NOT NULL);
INSERT OR IGNORE INTO eventarc_delivered VALUES (1, 0);
"""
# Message ids are long decimal numbers; ours grow from here.
FIRST_ID = 10**16


@dataclass(frozen=True)
class QueuedEvent:
    """An event and how its delivery goes; times are seconds since 1970, status 0 is no answer."""

    key: int
    event: CloudEvent
    created: float
    attempts: int
    last_status: int


@dataclass(frozen=True)
class Counts:
    """Events by what became of them; those being delivered now count as pending."""

    pending: int
    delivered: int
    dead: int


class Outbox:
    """All events of one database."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now
        database.declare(SCHEMA)

    def add(self, stored: Finalized, base_url: str) -> None:
        """Store the event, in the caller's transaction."""
        with self._database.transaction():
            self._database.write(
                "INSERT INTO eventarc_events (due, created) VALUES (?, ?)", [self._now(), self._now()]
            )
            row = self._database.row("SELECT last_insert_rowid() AS key")
            key = int(row["key"]) if row else 0
            event = finalized_event(str(FIRST_ID + key), stored, base_url)
            self._database.write(
                "UPDATE eventarc_events SET attributes = ?, data = ? WHERE key = ?",
                [json.dumps(dict(event.attributes)), event.data, key],
            )

    def release(self) -> None:
        """Make events due again that were being delivered when the last process ended."""
        self._database.write("UPDATE eventarc_events SET state = 'pending' WHERE state = 'sending'")

    def due(self, limit: int) -> list[QueuedEvent]:
        """The pending events whose time has come, longest due first."""
        rows = self._database.rows(
            "SELECT * FROM eventarc_events WHERE state = 'pending' AND due <= ? ORDER BY due, key LIMIT ?",
            [self._now(), limit],
        )
        return [_from_row(row) for row in rows]

    def next_due(self) -> float | None:
        """When the next pending event is due."""
        row = self._database.row("SELECT min(due) AS due FROM eventarc_events WHERE state = 'pending'")
        return row["due"] if row else None

    def begin(self, queued: QueuedEvent) -> QueuedEvent:
        """Count an attempt; the event is not due until it ends."""
        self._database.write(
            "UPDATE eventarc_events SET state = 'sending', attempts = attempts + 1 WHERE key = ?",
            [queued.key],
        )
        return QueuedEvent(queued.key, queued.event, queued.created, queued.attempts + 1, queued.last_status)

    def acknowledge(self, queued: QueuedEvent) -> None:
        """It was delivered."""
        with self._database.transaction():
            self._database.write("DELETE FROM eventarc_events WHERE key = ?", [queued.key])
            self._database.write("UPDATE eventarc_delivered SET events = events + 1")

    def retry(self, queued: QueuedEvent, status: int, due: float) -> None:
        """It was not delivered; send it again at `due`."""
        self._settle(queued, "pending", status, due)

    def give_up(self, queued: QueuedEvent, status: int) -> None:
        """It becomes a dead letter."""
        self._settle(queued, "dead", status, self._now())

    def counts(self) -> Counts:
        """How many events there are of each kind."""
        rows = self._database.rows("SELECT state, count(*) AS events FROM eventarc_events GROUP BY state")
        by_state = {row["state"]: row["events"] for row in rows}
        delivered = self._database.row("SELECT events FROM eventarc_delivered")
        pending = by_state.get("pending", 0) + by_state.get("sending", 0)
        return Counts(pending, delivered["events"] if delivered else 0, by_state.get("dead", 0))

    def dead_letters(self) -> list[QueuedEvent]:
        """The events that were given up, oldest first."""
        rows = self._database.rows("SELECT * FROM eventarc_events WHERE state = 'dead' ORDER BY key")
        return [_from_row(row) for row in rows]

    def _settle(self, queued: QueuedEvent, state: str, status: int, due: float) -> None:
        self._database.write(
            "UPDATE eventarc_events SET state = ?, last_status = ?, due = ? WHERE key = ?",
            [state, status, due, queued.key],
        )


def _from_row(row: sqlite3.Row) -> QueuedEvent:
    event = CloudEvent(json.loads(row["attributes"]), row["data"])
    return QueuedEvent(row["key"], event, row["created"], row["attempts"], row["last_status"])
