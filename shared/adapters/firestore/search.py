"""Idle tasks, and the cursors of sweeps."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from shared.adapters.firestore.page_token import decode_token, encode_token
from shared.adapters.firestore.records import Merge, Query
from shared.adapters.firestore.tasks import COLLECTION, task_of
from shared.ports.tasks import Page

if TYPE_CHECKING:
    from datetime import datetime

    from shared.adapters.firestore.records import Records
    from shared.domain.states import State

SWEEPS = "sweeps"


class FirestoreSearch:
    """`TaskSearch` on Firestore."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def find_idle(self, state: State, before: datetime, size: int, token: str | None) -> Page:
        """One query on the index (state, updatedAt, name); an invalid token starts from the beginning."""
        after = None
        with suppress(ValueError):
            after = decode_token(token or "")
        where = [("state", "==", state.value), ("updatedAt", "<", before)]
        found = self._records.find(Query(COLLECTION, where, size, "updatedAt", after=after))
        tasks = tuple(task_of(record) for record in found)
        if len(tasks) < size:
            return Page(tasks, None)
        return Page(tasks, encode_token(tasks[-1].updated_at, tasks[-1].id))

    def cursor(self, name: str) -> str | None:
        """One read."""
        record = self._records.get(f"{SWEEPS}/{name}")
        return record.fields.get("cursor") if record else None

    def save_cursor(self, name: str, cursor: str | None) -> None:
        """One write."""
        self._records.commit(Merge(f"{SWEEPS}/{name}", {"cursor": cursor}))
