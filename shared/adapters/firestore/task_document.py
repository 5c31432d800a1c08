"""What is stored of a task: its fields, the id of the write, and its text for lists."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from shared.domain.documents import to_document
from shared.domain.presentation.listed import listed_text, text_version

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Record
    from shared.domain.task import Task

# Fields of the document, not of the task. The first identifies the last write.
WRITE_ID, LISTED = "writeId", "listed"
WRITE_ID_BYTES = 9


def document_of(task: Task) -> dict[str, Any]:
    """The document of one write.

    Its text names the write: a version of Sonube without such texts leaves the old one in place when it
    writes, and that one must not be shown.
    """
    write_id = secrets.token_urlsafe(WRITE_ID_BYTES)
    listed = {"version": text_version(), WRITE_ID: write_id, "text": listed_text(task)}
    return {**to_document(task), WRITE_ID: write_id, LISTED: listed}


def text_in(record: Record) -> str | None:
    """The text for lists in a record with both fields; None if it is missing, old or of another version."""
    listed = record.fields.get(LISTED, {})
    written = (listed.get("version"), listed.get(WRITE_ID))
    return listed["text"] if written == (text_version(), record.fields.get(WRITE_ID)) else None
