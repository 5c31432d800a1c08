"""The size of a document by Firestore's rules (Google's page "Storage size calculations")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.firestore.model.errors import invalid
from localcloud.firestore.model.names import ROOT_SEGMENTS

if TYPE_CHECKING:
    from localcloud.firestore.model.messages import Document, Value

DOCUMENT_SIZE_MAX = 1_048_576
_FIXED = {
    "boolean_value": 1,
    "integer_value": 8,
    "double_value": 8,
    "timestamp_value": 8,
    "geo_point_value": 16,
}


def check_size(document: Document) -> None:
    """Refuse a document of more than 1 MiB.

    Raises:
        StatusError: INVALID_ARGUMENT.
    """
    # What the wire needs for it is never much less than the rules count, so most documents need no counting.
    if document.ByteSize() * 4 < DOCUMENT_SIZE_MAX:
        return
    size = document_size(document)
    if size > DOCUMENT_SIZE_MAX:
        raise invalid(
            f"Document '{document.name}' cannot be written because its size ({size:,} bytes) exceeds "
            f"the maximum allowed size of {DOCUMENT_SIZE_MAX:,} bytes."
        )


def document_size(document: Document) -> int:
    """Bytes of name, fields and the document's own 32."""
    return (
        name_size(document.name)
        + sum(text_size(name) + value_size(value) for name, value in document.fields.items())
        + 32
    )


def name_size(name: str) -> int:
    """Bytes of a document's name, its collections' included."""
    return sum(text_size(part) for part in name.split("/")[ROOT_SEGMENTS:]) + 16


def text_size(text: str) -> int:
    """Bytes of a string."""
    return len(text.encode()) + 1


def value_size(value: Value) -> int:
    """Bytes of a value."""
    kind = value.WhichOneof("value_type")
    if kind == "string_value":
        return text_size(value.string_value)
    if kind == "bytes_value":
        return len(value.bytes_value)
    if kind == "reference_value":
        return name_size(value.reference_value)
    if kind == "array_value":
        return sum(value_size(item) for item in value.array_value.values)
    if kind == "map_value":
        fields = value.map_value.fields
        return sum(text_size(name) + value_size(fields[name]) for name in fields)
    return _FIXED.get(kind, 1)
