"""Tasks in which nothing happens, and how far a sweep got."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import TYPE_CHECKING

from shared.adapters.firestore.records import Merge, Query
from shared.adapters.firestore.tasks import COLLECTION, task_of
from shared.ports.tasks import Page

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Records
    from shared.domain.states import State
    from shared.domain.task import Task

MARKS = "sweeps"


class FirestoreSearch:
    """`TaskSearch` on Firestore."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def find_idle(self, state: State, before: datetime, size: int, token: str | None) -> Page:
        """One query over the index (state, updatedAt, name)."""
        where = [("state", "==", state.value), ("updatedAt", "<", before)]
        asked = Query(COLLECTION, where, size, "updatedAt", after=_place(token))
        tasks = tuple(task_of(record) for record in self._records.find(asked))
        return Page(tasks, _token(tasks[-1]) if len(tasks) == size else None)

    def cursor(self, name: str) -> str | None:
        """One read."""
        record = self._records.get(f"{MARKS}/{name}")
        return record.fields.get("place") if record else None

    def save_cursor(self, name: str, place: str | None) -> None:
        """One write."""
        self._records.commit(Merge(f"{MARKS}/{name}", {"place": place}))


def _place(token: str | None) -> tuple[datetime, str] | None:
    """Where a mark points; one that cannot be read begins anew."""
    try:
        updated, task_id = json.loads(base64.urlsafe_b64decode((token or "").encode()))
        return datetime.fromisoformat(updated), str(task_id)
    except (ValueError, TypeError, binascii.Error):
        return None


def _token(task: Task) -> str:
    pair = [task.updated_at.isoformat(), task.id]
    return base64.urlsafe_b64encode(json.dumps(pair).encode()).decode()
