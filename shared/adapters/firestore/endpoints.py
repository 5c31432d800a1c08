"""Webhook endpoints in Firestore: `webhooks/{uid}`, with revisions as preconditions of writes."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING
from urllib.parse import quote

from shared.adapters.firestore.records import Create, Remove, Replace
from shared.domain.errors import AlreadyExists, RevisionChanged
from shared.domain.spelling import camel
from shared.webhooks.endpoint import Endpoint

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Records

COLLECTION = "webhooks"
STORED = tuple(field.name for field in fields(Endpoint) if field.name not in {"owner", "revision"})


class FirestoreEndpoints:
    """`EndpointStore` on Firestore. The update time of a document is its revision."""

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
        """One write, which fails if the document has another revision, or exists although none was read."""
        path = _path(endpoint.owner)
        document = {camel(name): getattr(endpoint, name) for name in STORED}
        revision = endpoint.revision
        try:
            self._records.commit(Replace(path, document, revision) if revision else Create(path, document))
        except AlreadyExists as error:
            raise RevisionChanged from error

    def remove(self, owner: str) -> None:
        """One write."""
        self._records.commit(Remove(_path(owner)))


def _path(owner: str) -> str:
    # A document id must not contain a slash; a uid that an administrator chose may.
    return f"{COLLECTION}/{quote(owner, safe='')}"
