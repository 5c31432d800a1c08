"""Time to live: documents are deleted after the time in one of their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.firestore.model.messages import Write, micros_of
from localcloud.firestore.query.filters import value_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localcloud.firestore.engine.documents import Documents
    from localcloud.firestore.model.messages import Document


def expired(documents: Documents, root: str, policies: Iterable[tuple[str, str]], micros: int) -> list[Write]:
    """One delete for each document whose time is over.

    Args:
        documents: where to look.
        root: below which documents count, such as `projects`.
        policies: pairs of collection group and timestamp field.
        micros: now. A field that is no timestamp expires nothing, as in the cloud.

    Returns:
        Deletes that hold only while the document is still the one seen.
    """
    return [
        Write(delete=document.name, current_document={"update_time": document.update_time})
        for group, field in policies
        for document in documents.below(root, group)
        if _is_expired(document, field, micros)
    ]


def _is_expired(document: Document, field: str, micros: int) -> bool:
    value = value_at(document, field)
    if value is None or value.WhichOneof("value_type") != "timestamp_value":
        return False
    return micros_of(value.timestamp_value) < micros
