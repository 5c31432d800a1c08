"""Tasks in Firestore: `tasks/{taskId}`, with revisions as preconditions of writes."""

from __future__ import annotations

import secrets
from dataclasses import fields
from typing import TYPE_CHECKING

from shared.adapters.firestore.page_token import decode_token, encode_token
from shared.adapters.firestore.records import Create, Query, Remove, Replace
from shared.domain.documents import from_document, to_document
from shared.domain.errors import AlreadyExists, InvalidField, RevisionChanged
from shared.domain.files import Source
from shared.domain.media import Probe
from shared.domain.spelling import camel
from shared.domain.task import Task
from shared.ports.tasks import Page, TaskQuery

if TYPE_CHECKING:
    from datetime import datetime

    from shared.adapters.firestore.records import Record, Records

COLLECTION = "tasks"
# A field of the document, not of the task, which identifies the last write.
WRITE_ID, WRITE_ID_BYTES = "writeId", 9
# What pages of tasks read: tags, chapters and tracks of twenty files may be more than a megabyte.
_SKIPPED = {
    Task: {"revision", "source", "claim", "webhook", "attempts", "conversions"},
    Source: {"probe"},
    Probe: {"tags", "chapters", "tracks"},
}
LISTED = [
    f"{prefix}{camel(field.name)}"
    for cls, prefix in ((Task, ""), (Source, "source."), (Probe, "source.probe."))
    for field in fields(cls)
    if field.name not in _SKIPPED[cls]
]


class FirestoreTasks:
    """`TaskStore` on Firestore. The update time of a document is its revision."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def get(self, task_id: str) -> Task | None:
        """One read."""
        record = self._records.get(path_of(task_id))
        return task_of(record) if record else None

    def create(self, task: Task) -> Task:
        """One write, which fails if the document exists, unless a retry of this write created it."""
        try:
            (written,) = self._records.commit(Create(path_of(task.id), to_document(task)))
        except AlreadyExists as error:
            found = self.get(task.id)
            if found and found.nonce == task.nonce:
                return found
            raise AlreadyExists(f"Task {task.id} already exists.") from error
        return task.with_revision(written.revision)

    def replace(self, task: Task) -> Task:
        """One write, which fails if the document has another revision; then one read.

        A write whose response was lost is retried, and finds its own first attempt by its id.
        """
        path, write_id = path_of(task.id), secrets.token_urlsafe(WRITE_ID_BYTES)
        replacing = Replace(path, {**to_document(task), WRITE_ID: write_id}, task.revision or "")
        try:
            (written,) = self._records.commit(replacing)
        except RevisionChanged:
            found = self._records.get(path)
            if found is None or found.fields.get(WRITE_ID) != write_id:
                raise
            return task_of(found)
        return task.with_revision(written.revision)

    def delete(self, task_id: str) -> None:
        """One write; Firestore accepts it if the document does not exist."""
        self._records.commit(Remove(path_of(task_id)))

    def page(self, query: TaskQuery) -> Page:
        """One query on the index (owner, [state,] createdAt, name), for one task more than it returns.

        The tasks are without tags, chapters, tracks, claim, webhook and counts, so they must not be stored.
        """
        state = [("state", "==", query.state.value)] if query.state else []
        documents = Query(
            COLLECTION,
            [("owner", "==", query.owner), *state],
            query.size + 1,
            "createdAt",
            descending=query.newest_first,
            after=_position(query.token) if query.token else None,
            select=LISTED,
        )
        tasks = tuple(task_of(record) for record in self._records.find(documents))
        if len(tasks) <= query.size:
            return Page(tasks, None)
        last = tasks[query.size - 1]
        return Page(tasks[: query.size], encode_token(last.created_at, last.id))


def path_of(task_id: str) -> str:
    """The path of a task's document."""
    return f"{COLLECTION}/{task_id}"


def task_of(record: Record) -> Task:
    """The task in a record."""
    return from_document({"id": record.id, **record.fields}, record.revision)


def _position(token: str) -> tuple[datetime, str]:
    try:
        return decode_token(token)
    except ValueError as error:
        message = "pageToken is invalid: use nextPageToken of the previous page."
        raise InvalidField(message, field="pageToken") from error
