"""The live objects: one row each, replaced, patched and deleted under preconditions, in transactions."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from localcloud.storage.errors import INVALID_OBJECT_NAME, KEY_TOO_LONG, NO_SUCH_KEY, StorageError
from localcloud.storage.store.attributes import Attributes
from localcloud.storage.store.stored_object import StoredObject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.database import Database
    from localcloud.storage.store.blobs import Blobs, Content
    from localcloud.storage.store.buckets import Buckets
    from localcloud.storage.store.preconditions import Preconditions

SCHEMA = """
CREATE TABLE IF NOT EXISTS storage_objects (
    bucket TEXT NOT NULL, name TEXT NOT NULL, generation INTEGER NOT NULL, metageneration INTEGER NOT NULL,
    size INTEGER NOT NULL, crc32c TEXT NOT NULL, md5 TEXT, component_count INTEGER,
    time_created REAL NOT NULL, updated REAL NOT NULL, blob TEXT NOT NULL, attributes TEXT NOT NULL,
    PRIMARY KEY (bucket, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS storage_generation (last INTEGER NOT NULL);
"""
NAME_MAX_BYTES = 1024
_ATTRIBUTES = {each.name for each in fields(Attributes)}
_COLUMNS = [each.name for each in fields(StoredObject) if each.name not in _ATTRIBUTES]


class Objects:
    """The table of live objects. `on_finalized` runs inside the transaction that makes an object live."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        buckets: Buckets,
        on_finalized: Callable[[StoredObject], None],
        now: Callable[[], float],
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._buckets = buckets
        self._on_finalized = on_finalized
        self._now = now
        database.declare(SCHEMA)

    def find(self, bucket: str, name: str, generation: int | None = None) -> StoredObject | None:
        """The live object, if there is one (and, where asked for, it has that generation)."""
        row = self._database.row(
            "SELECT * FROM storage_objects WHERE bucket = ? AND name = ?", (bucket, name)
        )
        if row is None or generation not in (None, row["generation"]):
            return None
        return StoredObject.from_row(row)

    def get(self, bucket: str, name: str, generation: int | None = None) -> StoredObject:
        """As `find`.

        Raises:
            StorageError: NoSuchBucket or NoSuchKey.
        """
        found = self.find(bucket, name, generation)
        if found is None:
            self._buckets.get(bucket)
            raise StorageError(NO_SUCH_KEY, f"No such object: {bucket}/{name}")
        return found

    def admit(self, bucket: str, name: str, conditions: Preconditions) -> None:
        """Refuse early what `put` would refuse after all the bytes have come."""
        self._buckets.get(bucket)
        check_name(name)
        conditions.check(self.find(bucket, name))

    def put(
        self,
        bucket: str,
        name: str,
        attributes: Attributes,
        content: Content,
        conditions: Preconditions,
        *,
        also: Callable[[StoredObject], None] | None = None,
    ) -> StoredObject:
        """Make `content` the live object; `also` runs in the same transaction.

        Raises:
            StorageError: a condition failed or the bucket is gone; `content` is then still the caller's.
        """
        with self._database.transaction():
            self.admit(bucket, name, conditions)
            old = self.find(bucket, name)
            stored = self._finalized(bucket, name, attributes, content)
            self._write(stored)
            self._on_finalized(stored)
            if also:
                also(stored)
        if old:
            self._blobs.remove(old.blob)
        return stored

    def update(
        self, old: StoredObject, resource: Mapping[str, Any], conditions: Preconditions, *, merge: bool
    ) -> StoredObject:
        """Merge-patch the attributes, or replace them all; the generation stays."""
        conditions.check(old)
        attributes = old.merged_with(resource) if merge else Attributes.from_json(resource)
        new = replace(old, **attributes.named(), metageneration=old.metageneration + 1, updated=self._now())
        self._write(new)
        return new

    def delete(self, old: StoredObject, conditions: Preconditions) -> None:
        """Remove the object; readers that have it open read on to the end."""
        conditions.check(old)
        self._database.write(
            "DELETE FROM storage_objects WHERE bucket = ? AND name = ?", (old.bucket, old.name)
        )
        self._blobs.remove(old.blob)

    def blobs_in_use(self) -> set[str]:
        """The names of all blobs that objects refer to."""
        return {row["blob"] for row in self._database.rows("SELECT blob FROM storage_objects")}

    def _finalized(self, bucket: str, name: str, attributes: Attributes, content: Content) -> StoredObject:
        now = self._now()
        return StoredObject(
            **attributes.named(),
            bucket=bucket,
            name=name,
            generation=self._next_generation(now),
            metageneration=1,
            size=content.size,
            crc32c=content.crc32c,
            md5=content.md5,
            component_count=content.component_count,
            time_created=now,
            updated=now,
            blob=content.blob,
        )

    def _next_generation(self, now: float) -> int:
        """Microseconds since the epoch, always more than before, even if the clock goes back."""
        row = self._database.row("SELECT last FROM storage_generation")
        generation = max(int(now * 1e6), row["last"] + 1 if row else 0)
        statement = (
            "UPDATE storage_generation SET last = ?" if row else "INSERT INTO storage_generation VALUES (?)"
        )
        self._database.write(statement, (generation,))
        return generation

    def _write(self, stored: StoredObject) -> None:
        values = [getattr(stored, column) for column in _COLUMNS]
        columns, marks = ", ".join([*_COLUMNS, "attributes"]), ", ".join("?" * (len(_COLUMNS) + 1))
        self._database.write(
            f"INSERT OR REPLACE INTO storage_objects ({columns}) VALUES ({marks})",  # noqa: S608 columns are ours
            [*values, json.dumps(stored.as_json())],
        )


def check_name(name: str) -> None:
    """Check a name by the rules for object names.

    Raises:
        StorageError: it is empty, too long, holds a line break, or is `.`, `..` or an ACME challenge.
    """
    if len(name.encode()) > NAME_MAX_BYTES:
        raise StorageError(
            KEY_TOO_LONG, f"The specified name is longer than {NAME_MAX_BYTES} bytes in UTF-8."
        )
    forbidden = name in ("", ".", "..") or name.startswith(".well-known/acme-challenge/")
    if forbidden or "\r" in name or "\n" in name:
        raise StorageError(INVALID_OBJECT_NAME, f"Invalid object name: {name!r}")
