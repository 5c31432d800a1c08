"""Webhook endpoints in Firestore: `webhooks/{uid}`, each write guarded by the revision that was read."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING
from urllib.parse import quote

from shared.adapters.firestore.records import Create, Replace
from shared.domain.errors import AlreadyExists, RevisionChanged
from shared.domain.spelling import camel
from shared.webhooks.endpoint import Endpoint

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Records

COLLECTION = "webhooks"
STORED = tuple(field.name for field in fields(Endpoint) if field.name not in {"owner", "revision"})


class FirestoreEndpoints:
    """`EndpointStore` on Firestore. A document's update time is the endpoint's revision."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def get(self, owner: str) -> Endpoint | None:
        """One read."""
        record = self._records.get(_path(owner))
        if record is None:
            return None
        values = {name: record.fields[camel(name)] for name in STORED if camel(name) in record.fields}
        return Endpoint(owner=owner, revision=record.revision, **values)

    def put(self, endpoint: Endpoint) -> None:
        """One write that fails if the document is not as it was read; without a revision, if there is one."""
        path = _path(endpoint.owner)
        document = {camel(name): getattr(endpoint, name) for name in STORED}
        seen = endpoint.revision
        try:
            self._records.commit(Replace(path, document, seen) if seen else Create(path, document))
        except AlreadyExists as error:
            raise RevisionChanged from error


def _path(owner: str) -> str:
    # A document's name holds no slash; a uid that an administrator chose might.
    return f"{COLLECTION}/{quote(owner, safe='')}"
