"""Tasks in Firestore: `tasks/{taskId}`, each write guarded by the revision that was read."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from shared.adapters.firestore.page_token import decode_token, encode_token
from shared.adapters.firestore.records import Create, Query, Remove, Replace
from shared.domain.documents import from_document, to_document
from shared.domain.errors import AlreadyExists, InvalidField, RevisionChanged
from shared.ports.tasks import Page, TaskQuery

if TYPE_CHECKING:
    from datetime import datetime

    from shared.adapters.firestore.records import Record, Records
    from shared.domain.task import Task

COLLECTION = "tasks"
# A field of the document, not of the task: tells the last write from all others.
MARK, MARK_BYTES = "writeMark", 9


class FirestoreTasks:
    """`TaskStore` on Firestore. A document's update time is the task's revision."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def get(self, task_id: str) -> Task | None:
        """One read."""
        record = self._records.get(path_of(task_id))
        return task_of(record) if record else None

    def create(self, task: Task) -> Task:
        """One write that fails if the document exists, unless it was this very task's own retried write."""
        try:
            (written,) = self._records.commit(Create(path_of(task.id), to_document(task)))
        except AlreadyExists as error:
            found = self.get(task.id)
            if found and found.nonce == task.nonce:
                return found
            raise AlreadyExists(f"Task {task.id} already exists.") from error
        return task.with_revision(written.revision)

    def replace(self, task: Task) -> Task:
        """One write that fails if the document is not as it was read; one read more then.

        A write whose answer was lost is repeated, and meets its own first try: it knows that by its mark.
        """
        path, mark = path_of(task.id), secrets.token_urlsafe(MARK_BYTES)
        replacing = Replace(path, {**to_document(task), MARK: mark}, task.revision or "")
        try:
            (written,) = self._records.commit(replacing)
        except RevisionChanged:
            found = self._records.get(path)
            if found is None or found.fields.get(MARK) != mark:
                raise
            return task_of(found)
        return task.with_revision(written.revision)

    def delete(self, task_id: str) -> None:
        """One write; Firestore does not mind if there is nothing."""
        self._records.commit(Remove(path_of(task_id)))

    def page(self, query: TaskQuery) -> Page:
        """One query over the index (owner, [state,] createdAt, name); reads one task more than it gives."""
        state = [("state", "==", query.state.value)] if query.state else []
        asked = Query(
            COLLECTION,
            [("owner", "==", query.owner), *state],
            query.size + 1,
            "createdAt",
            descending=query.newest_first,
            after=_position(query.token) if query.token else None,
        )
        tasks = tuple(task_of(record) for record in self._records.find(asked))
        if len(tasks) <= query.size:
            return Page(tasks, None)
        last = tasks[query.size - 1]
        return Page(tasks[: query.size], encode_token(last.created_at, last.id))


def path_of(task_id: str) -> str:
    """Where a task is kept."""
    return f"{COLLECTION}/{task_id}"


def task_of(record: Record) -> Task:
    """The task that a record holds."""
    return from_document({"id": record.id, **record.fields}, record.revision)


def _position(token: str) -> tuple[datetime, str]:
    try:
        return decode_token(token)
    except ValueError as error:
        message = "pageToken is invalid: use nextPageToken of the previous page."
        raise InvalidField(message, field="pageToken") from error
