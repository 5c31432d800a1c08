"""Tasks in Firestore: `tasks/{taskId}`, with revisions as preconditions of writes."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from shared.adapters.firestore.ledger import booking, totals
from shared.adapters.firestore.page_token import decode_token, encode_token
from shared.adapters.firestore.records import Create, Query, Remove, Replace
from shared.adapters.firestore.task_document import LISTED, WRITE_ID, document_of, text_in
from shared.domain.documents import from_document
from shared.domain.errors import AlreadyExists, InvalidField, RevisionChanged
from shared.domain.files import Source
from shared.domain.media import Probe
from shared.domain.presentation.listed import listed_text
from shared.domain.spelling import camel
from shared.domain.task import Task
from shared.ports.tasks import Listing, Page, TaskQuery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from shared.adapters.firestore.records import Merge, Record, Records
    from shared.domain.costs.ledger import Ledger
    from shared.ports.ledger import Totals

COLLECTION = "tasks"
# What pages of tasks read: tags, chapters and tracks of twenty files may be more than a megabyte.
_SKIPPED = {
    Task: {"revision", "booked", "source", "claim", "webhook", "attempts", "conversions"},
    Source: {"probe"},
    Probe: {"tags", "chapters", "tracks"},
}
PAGE_FIELDS = [
    f"{prefix}{camel(field.name)}"
    for cls, prefix in ((Task, ""), (Source, "source."), (Probe, "source.probe."))
    for field in fields(cls)
    if field.name not in _SKIPPED[cls]
]
# What a list reads: the finished texts, and the position of the last one.
LIST_FIELDS = ["createdAt", LISTED, WRITE_ID]


class FirestoreTasks:
    """`TaskStore` on Firestore. The update time of a document is its revision."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def get(self, task_id: str) -> Task | None:
        """One read."""
        record = self._records.get(path_of(task_id))
        return task_of(record) if record else None

    def create(self, task: Task) -> Task:
        """One commit, which fails if the document exists, unless a retry of this commit created it."""
        try:
            created = Create(path_of(task.id), document_of(task))
            written, *_ = self._records.commit(created, *booking(task).values())
        except AlreadyExists as error:
            found = self.get(task.id)
            if found and found.nonce == task.nonce:
                return found
            raise AlreadyExists(f"Task {task.id} already exists.") from error
        return task.with_revision(written.revision)

    def replace(self, task: Task) -> Task:
        """As `book`."""
        return self.book(task)[0]

    def book(self, task: Task) -> tuple[Task, Totals]:
        """One commit, which fails if the document has another revision; then one read.

        A commit whose response was lost is retried, and finds its own first attempt by its id.
        """
        path, document, bookings = path_of(task.id), document_of(task), booking(task)
        replaced = Replace(path, document, task.revision or "")
        try:
            written, *booked = self._records.commit(replaced, *bookings.values())
        except RevisionChanged:
            found = self._records.get(path)
            if found is None or found.fields.get(WRITE_ID) != document[WRITE_ID]:
                raise
            return task_of(found), self._read_totals(bookings)
        return task.with_revision(written.revision), totals(bookings, booked)

    def _read_totals(self, bookings: Mapping[Ledger, Merge]) -> Totals:
        """What the ledgers hold, by adding nothing to them."""
        reading = {
            ledger: merge._replace(added=dict.fromkeys(merge.added, 0)) for ledger, merge in bookings.items()
        }
        return totals(reading, self._records.commit(*reading.values())) if reading else {}

    def delete(self, task_id: str) -> None:
        """One write; Firestore accepts it if the document does not exist."""
        self._records.commit(Remove(path_of(task_id)))

    def remove(self, task: Task) -> None:
        """One commit, which fails if the document has another revision; a deleted one is left alone."""
        removed = Remove(path_of(task.id), task.revision or "")
        try:
            self._records.commit(removed, *booking(task).values())
        except RevisionChanged:
            if self._records.get(path_of(task.id)) is not None:
                raise

    def page(self, query: TaskQuery) -> Page:
        """One query on the index (owner, [state,] createdAt, name), for one task more than it returns.

        The tasks are without tags, chapters, tracks, claim, webhook and counts, so they must not be stored.
        """
        found = self._records.find(_documents(query, PAGE_FIELDS))
        return Page(tuple(map(task_of, found[: query.size])), _next_token(query, found))

    def listed(self, query: TaskQuery) -> Listing:
        """As `page`, from the stored texts; if one cannot be used, a second query reads the tasks."""
        found = self._records.find(_documents(query, LIST_FIELDS))
        texts = tuple(text for record in found[: query.size] if (text := text_in(record)) is not None)
        if len(texts) == min(len(found), query.size):
            return Listing(texts, _next_token(query, found))
        tasks, next_token = self.page(query)
        return Listing(tuple(map(listed_text, tasks)), next_token)


def path_of(task_id: str) -> str:
    """The path of a task's document."""
    return f"{COLLECTION}/{task_id}"


def task_of(record: Record) -> Task:
    """The task in a record."""
    return from_document({"id": record.id, **record.fields}, record.revision)


def _documents(query: TaskQuery, select: Sequence[str]) -> Query:
    """One task more than the page has."""
    state = [("state", "==", query.state.value)] if query.state else []
    return Query(
        COLLECTION,
        [("owner", "==", query.owner), *state],
        query.size + 1,
        "createdAt",
        descending=query.newest_first,
        after=_position(query.token) if query.token else None,
        select=select,
    )


def _next_token(query: TaskQuery, found: Sequence[Record]) -> str | None:
    """The position of the last task of the page, if there is one more."""
    if len(found) <= query.size:
        return None
    last = found[query.size - 1]
    return encode_token(last.fields["createdAt"], last.id)


def _position(token: str) -> tuple[datetime, str]:
    try:
        return decode_token(token)
    except ValueError as error:
        message = "pageToken is invalid: use nextPageToken of the previous page."
        raise InvalidField(message, field="pageToken") from error
