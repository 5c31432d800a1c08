"""Deletions of users in Firestore: `deletions/{uid}`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from shared.adapters.firestore.records import Create, Query, Remove
from shared.domain.errors import AlreadyExists
from shared.ports.deletions import Deletion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.adapters.firestore.records import Records

COLLECTION = "deletions"


class FirestoreDeletions:
    """`DeletionStore` on Firestore."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def add(self, deletion: Deletion) -> None:
        """One write."""
        fields = {"owner": deletion.owner, "requestedAt": deletion.requested_at}
        with suppress(AlreadyExists):
            self._records.commit(Create(_path(deletion.owner), fields))

    def pending(self, limit: int) -> Sequence[Deletion]:
        """One query."""
        found = self._records.find(Query(COLLECTION, [], limit))
        return [Deletion(record.fields["owner"], record.fields["requestedAt"]) for record in found]

    def remove(self, owner: str) -> None:
        """One write."""
        self._records.commit(Remove(_path(owner)))


def _path(owner: str) -> str:
    # A document id must not contain a slash; a uid that an administrator chose may.
    return f"{COLLECTION}/{quote(owner, safe='')}"
