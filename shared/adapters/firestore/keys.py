"""API keys in Firestore: `keys/{id}`. Firestore itself removes those that have expired."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields
from typing import TYPE_CHECKING

from shared.adapters.firestore.records import Create, Query, Remove, Replace
from shared.domain.errors import RevisionChanged
from shared.domain.spelling import camel
from shared.keys.api_key import ApiKey, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from shared.adapters.firestore.records import Record, Records

COLLECTION = "keys"
_STORED = tuple(field.name for field in fields(ApiKey) if field.name not in {"id", "revision"})


class FirestoreKeys:
    """`KeyStore` on Firestore."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def get(self, key_id: str) -> ApiKey | None:
        """One read."""
        record = self._records.get(_path(key_id))
        return _key(record) if record else None

    def of_owner(self, owner: str, limit: int) -> Sequence[ApiKey]:
        """One query."""
        found = self._records.find(Query(COLLECTION, [("owner", "==", owner)], limit))
        return [_key(record) for record in found]

    def add(self, key: ApiKey) -> None:
        """One write."""
        values = {name: getattr(key, name) for name in _STORED}
        document = {camel(name): value for name, value in values.items() if value is not None}
        self._records.commit(Create(_path(key.id), document))

    def mark_used(self, key: ApiKey, hour: datetime) -> None:
        """One write, which fails if another request has marked the key, or its owner revoked it."""
        with suppress(RevisionChanged):
            self._records.commit(Replace(_path(key.id), {"usedAt": hour}, key.revision or ""))

    def remove(self, key_id: str) -> None:
        """One write."""
        self._records.commit(Remove(_path(key_id)))


def _path(key_id: str) -> str:
    return f"{COLLECTION}/{key_id}"


def _key(record: Record) -> ApiKey:
    values = {name: record.fields[camel(name)] for name in _STORED if camel(name) in record.fields}
    values |= {"id": record.id, "scope": Scope(values["scope"]), "revision": record.revision}
    return ApiKey(**values)
