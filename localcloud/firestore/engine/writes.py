"""The writes of one commit, computed before any of them is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.firestore.engine.transforms import transformed
from localcloud.firestore.model.document_size import check_size
from localcloud.firestore.model.errors import already_exists, failed_precondition, invalid, not_found
from localcloud.firestore.model.field_paths import delete_field, field_at, parsed, set_field
from localcloud.firestore.model.messages import Document, Write, WriteResult, timestamp
from localcloud.firestore.model.names import checked_document

if TYPE_CHECKING:
    from localcloud.firestore.engine.documents import Documents


def target(write: Write) -> str:
    """The name of the document that a write is about.

    Raises:
        StatusError: INVALID_ARGUMENT.
    """
    operation = write.WhichOneof("operation")
    if operation == "update":
        return checked_document(write.update.name)
    if operation == "delete":
        return checked_document(write.delete)
    if operation == "transform":
        return checked_document(write.transform.document)
    raise invalid("A write has no operation.")


class Staged:
    """What a commit would change.

    Attributes:
        changes: document by name; None for one that goes.
    """

    def __init__(self, documents: Documents, micros: int) -> None:
        self.changes: dict[str, Document | None] = {}
        self._documents = documents
        self._micros = micros

    def apply(self, write: Write) -> WriteResult:
        """Add one write, which sees those before it.

        Raises:
            StatusError: its precondition fails, or it is invalid.
        """
        name = target(write)
        current = self.changes[name] if name in self.changes else self._documents.get(name)
        _check_precondition(write, name, current)
        if write.WhichOneof("operation") == "delete":
            self.changes[name] = None
            return WriteResult()
        document = _started(write, name, current)
        result = WriteResult()
        for transform in (*write.update_transforms, *write.transform.field_transforms):
            path = parsed(transform.field_path)
            value, returned = transformed(transform, field_at(document.fields, path), self._micros)
            returned_copy = type(returned)()
            returned_copy.CopyFrom(returned)
            set_field(document.fields, path, returned_copy if returned is value else value)
            result.transform_results.append(returned_copy)
        self._finish(document, current)
        result.update_time.CopyFrom(document.update_time)
        self.changes[name] = document
        return result

    def _finish(self, document: Document, current: Document | None) -> None:
        check_size(document)
        now = timestamp(self._micros)
        document.create_time.CopyFrom(now if current is None else current.create_time)
        # A write that changes nothing leaves the update time as it was.
        same = current is not None and current.fields == document.fields
        document.update_time.CopyFrom(current.update_time if same and current is not None else now)


def _started(write: Write, name: str, current: Document | None) -> Document:
    """The document after the write's update and before its transforms."""
    document = Document(name=name)
    is_update = write.WhichOneof("operation") == "update"
    if is_update and not write.HasField("update_mask"):
        document.MergeFrom(Document(fields=write.update.fields))
        return document
    if current is not None:
        document.MergeFrom(Document(fields=current.fields))
    for path in write.update_mask.field_paths:
        parts = parsed(path)
        value = field_at(write.update.fields, parts)
        if value is None:
            delete_field(document.fields, parts)
        else:
            set_field(document.fields, parts, value)
    return document


def _check_precondition(write: Write, name: str, current: Document | None) -> None:
    condition = write.current_document
    kind = condition.WhichOneof("condition_type")
    if kind is None:
        return
    wanted = kind == "update_time" or condition.exists
    if wanted and current is None:
        raise not_found(f"No document to update: {name}")
    if not wanted and current is not None:
        raise already_exists(f"Document already exists: {name}")
    if kind == "update_time" and current is not None and current.update_time != condition.update_time:
        raise failed_precondition(f"the stored version of {name} does not match the required base version")
