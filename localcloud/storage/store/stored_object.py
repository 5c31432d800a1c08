"""A live object: the resource that the JSON API, the XML API and finalize events all describe."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from localcloud.storage.store.attributes import Attributes

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, kw_only=True)
class StoredObject(Attributes):
    """Everything about one generation of an object.

    Times are seconds since the epoch, `crc32c` and `md5` base64; a composite object has a
    `component_count` and no `md5`. `blob` names its file and is not shown to clients.
    """

    bucket: str
    name: str
    generation: int
    metageneration: int
    size: int
    crc32c: str
    md5: str | None
    component_count: int | None
    time_created: float
    updated: float
    blob: str

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Self:
        """Read it from its row of `storage_objects`."""
        values = {key: row[key] for key in row.keys() if key != "attributes"}  # noqa: SIM118 a Row iterates its values
        attributes = Attributes.from_json(json.loads(row["attributes"]))
        return cls(**values, **vars(attributes))

    @property
    def etag(self) -> str:
        """An opaque tag of this generation and metageneration."""
        return base64.b64encode(f"{self.generation}/{self.metageneration}".encode()).decode()

    @property
    def entity_tag(self) -> str:
        """The XML API's ETag: the MD5 in hex, or for a composite object something opaque."""
        return base64.b64decode(self.md5).hex() if self.md5 else self.etag

    def resource(self, base_url: str) -> dict[str, Any]:
        """The JSON API's object resource; `base_url` is where the client reached us."""
        path = f"b/{self.bucket}/o/{quote(self.name, safe='')}"
        created = timestamp(self.time_created)
        resource = {
            "kind": "storage#object",
            "id": f"{self.bucket}/{self.name}/{self.generation}",
            "selfLink": f"{base_url}/storage/v1/{path}",
            "mediaLink": f"{base_url}/download/storage/v1/{path}?generation={self.generation}&alt=media",
            "name": self.name,
            "bucket": self.bucket,
            "generation": str(self.generation),
            "metageneration": str(self.metageneration),
            "storageClass": "STANDARD",
            "size": str(self.size),
            "crc32c": self.crc32c,
            "etag": self.etag,
            "timeCreated": created,
            "updated": timestamp(self.updated),
            "timeStorageClassUpdated": created,
            "timeFinalized": created,
            **self.as_json(),
        }
        if self.md5 is not None:
            resource["md5Hash"] = self.md5
        if self.component_count is not None:
            resource["componentCount"] = self.component_count
        return resource


def timestamp(seconds: float) -> str:
    """RFC 3339 in UTC with milliseconds, as Cloud Storage writes times."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
