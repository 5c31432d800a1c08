"""Buckets: their resource as the owner set it, stored as it came and served with what the cloud adds."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.storage.errors import (
    BUCKET_EXISTS,
    BUCKET_NOT_EMPTY,
    INVALID,
    INVALID_BUCKET_NAME,
    NO_SUCH_BUCKET,
    NOT_MODIFIED,
    PRECONDITION_FAILED,
    UNMET,
    StorageError,
    not_implemented,
)
from localcloud.storage.store.stored_object import timestamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from localcloud.database import Database
    from localcloud.storage.store.preconditions import Preconditions

SCHEMA = """
CREATE TABLE IF NOT EXISTS storage_buckets (
    name TEXT PRIMARY KEY, settings TEXT NOT NULL, metageneration INTEGER NOT NULL,
    time_created REAL NOT NULL, updated REAL NOT NULL
) WITHOUT ROWID;
"""
# What an owner may set; the rest of a bucket resource is output-only. Stored and served, lifecycle included,
# though nothing here acts on it except `cors`.
SETTABLE = frozenset({
    "cors", "lifecycle", "labels", "location", "storageClass", "iamConfiguration", "versioning", "website",
    "softDeletePolicy", "rpo", "autoclass", "billing", "customPlacementConfig", "hierarchicalNamespace",
    "logging", "encryption", "acl", "defaultObjectAcl",
})  # fmt: skip
UNSUPPORTED = ("versioning", "hierarchicalNamespace", "autoclass")  # refused once `enabled`
MULTI_REGIONS = ("US", "EU", "ASIA")
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")


@dataclass(frozen=True)
class Bucket:
    """One bucket; `settings` holds the settable fields of its resource."""

    name: str
    settings: Mapping[str, Any]
    metageneration: int
    time_created: float
    updated: float

    def resource(self, base_url: str) -> dict[str, Any]:
        """The JSON API's bucket resource."""
        location = str(self.settings.get("location", "US")).upper()
        return {
            "kind": "storage#bucket",
            "id": self.name,
            "name": self.name,
            "selfLink": f"{base_url}/storage/v1/b/{self.name}",
            "projectNumber": "0",
            "metageneration": str(self.metageneration),
            "etag": base64.b64encode(str(self.metageneration).encode()).decode(),
            "timeCreated": timestamp(self.time_created),
            "updated": timestamp(self.updated),
            "location": location,
            "locationType": "multi-region" if location in MULTI_REGIONS else "region",
            "storageClass": "STANDARD",
            "iamConfiguration": {
                "uniformBucketLevelAccess": {"enabled": True},
                "publicAccessPrevention": "inherited",
            },
            **{key: value for key, value in self.settings.items() if key != "location"},
        }


class Buckets:
    """The table of buckets."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now
        database.declare(SCHEMA)

    def create(self, resource: Mapping[str, Any]) -> Bucket:
        """Make a bucket; its name must be free and lawful."""
        name = resource.get("name")
        if not isinstance(name, str) or not BUCKET_NAME.fullmatch(name) or name.startswith("goog"):
            raise StorageError(INVALID_BUCKET_NAME, f"Invalid bucket name: {name!r}")
        if self.find(name):
            raise StorageError(
                BUCKET_EXISTS,
                "Your previous request to create the named bucket succeeded and you already own it.",
            )
        now = self._now()
        bucket = Bucket(name, _settings(resource), 1, now, now)
        self._write(bucket)
        return bucket

    def find(self, name: str) -> Bucket | None:
        """The bucket of that name, if there is one."""
        row = self._database.row("SELECT * FROM storage_buckets WHERE name = ?", (name,))
        return _bucket(row) if row else None

    def get(self, name: str) -> Bucket:
        """The bucket of that name.

        Raises:
            StorageError: NoSuchBucket.
        """
        bucket = self.find(name)
        if bucket is None:
            raise StorageError(NO_SUCH_BUCKET, "The specified bucket does not exist.", {"Details": name})
        return bucket

    def list(self, prefix: str) -> list[Bucket]:
        """All buckets whose names start with `prefix`, by name."""
        rows = self._database.rows("SELECT * FROM storage_buckets ORDER BY name")
        return [_bucket(row) for row in rows if row["name"].startswith(prefix)]

    def update(
        self, name: str, resource: Mapping[str, Any], conditions: Preconditions, *, merge: bool
    ) -> Bucket:
        """Merge-patch the settings, or replace them all."""
        old = self.get(name)
        self.check(old, conditions)
        merged = merge_patch(old.settings, resource) if merge else resource
        bucket = Bucket(name, _settings(merged), old.metageneration + 1, old.time_created, self._now())
        self._write(bucket)
        return bucket

    def delete(self, name: str, conditions: Preconditions) -> None:
        """Remove an empty bucket."""
        self.check(self.get(name), conditions)
        if self._database.row("SELECT 1 FROM storage_objects WHERE bucket = ? LIMIT 1", (name,)):
            raise StorageError(BUCKET_NOT_EMPTY, "The bucket you tried to delete is not empty.")
        self._database.write("DELETE FROM storage_buckets WHERE name = ?", (name,))

    def check(self, bucket: Bucket, conditions: Preconditions, *, reading: bool = False) -> None:
        """Check the conditions on a bucket's metageneration; a bucket has no generation."""
        wanted, unwanted = conditions.metageneration_match, conditions.metageneration_not_match
        if wanted not in (None, bucket.metageneration):
            raise StorageError(PRECONDITION_FAILED, UNMET)
        if unwanted == bucket.metageneration:
            raise StorageError(NOT_MODIFIED if reading else PRECONDITION_FAILED, UNMET)

    def _write(self, bucket: Bucket) -> None:
        self._database.write(
            "INSERT OR REPLACE INTO storage_buckets VALUES (?, ?, ?, ?, ?)",
            (
                bucket.name,
                json.dumps(bucket.settings),
                bucket.metageneration,
                bucket.time_created,
                bucket.updated,
            ),
        )


def merge_patch(old: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """RFC 7396: null deletes, objects merge, everything else replaces."""
    merged = dict(old)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            before = merged.get(key)
            merged[key] = merge_patch(before if isinstance(before, dict) else {}, value)
        else:
            merged[key] = value
    return merged


def _settings(resource: Mapping[str, Any]) -> dict[str, Any]:
    for feature in UNSUPPORTED:
        value = resource.get(feature)
        if isinstance(value, dict) and value.get("enabled"):
            raise not_implemented(f"the bucket feature '{feature}'")
    if resource.get("retentionPolicy"):
        raise not_implemented("the bucket feature 'retentionPolicy'")
    cors = resource.get("cors", [])
    if not isinstance(cors, list) or not all(isinstance(rule, dict) for rule in cors):
        raise StorageError(INVALID, "Invalid value for: cors is not a list of rules.")
    return {key: value for key, value in resource.items() if key in SETTABLE and value is not None}


def _bucket(row: sqlite3.Row) -> Bucket:
    return Bucket(
        row["name"], json.loads(row["settings"]), row["metageneration"], row["time_created"], row["updated"]
    )
