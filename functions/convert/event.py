"""Reads a finalize event, and tells whether its object can be anybody's upload at all."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.domain.errors import MalformedBody
from shared.domain.names import TASK_ID
from shared.domain.task import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping

FINALIZED = "google.cloud.storage.object.v1.finalized"
# Where gsutil and gcloud storage put the parts of a file that they upload in parallel and then compose.
PARTS = re.compile(r"(^|/)(gsutil|gcloud)/tmp/parallel_composite_uploads/")


def parse_event(kind: str, data: Mapping[str, Any]) -> Upload:
    """The upload that a CloudEvent speaks of.

    Args:
        kind: the event's `type`.
        data: `google.events.cloud.storage.v1.StorageObjectData` as JSON; 64-bit numbers are strings there.

    Raises:
        MalformedBody: it is another kind of event, or lacks what every such event has.
    """
    if kind != FINALIZED:
        raise MalformedBody(f"{kind!r} is not {FINALIZED!r}.")
    try:
        return Upload(
            bucket=str(data["bucket"]),
            object=str(data["name"]),
            generation=int(data["generation"]),
            size_bytes=int(data.get("size", 0)),
            crc32c=str(data.get("crc32c", "")),
            content_type=str(data.get("contentType", "")),
            time_created=datetime.fromisoformat(str(data["timeCreated"])),
        )
    except (KeyError, ValueError) as error:
        raise MalformedBody("The event lacks bucket, name, generation or timeCreated.") from error


def is_part(name: str) -> bool:
    """Whether the object is one part of somebody's composite upload."""
    return PARTS.search(name) is not None


def task_of(upload: Upload) -> str | None:
    """The id of the task in whose folder the object lies, or None if it lies in no task's folder.

    Only the place counts: ending, content type and metadata are the client's to choose.
    """
    folder, slash, name = upload.object.partition("/")
    return folder if slash and name and "/" not in name and TASK_ID.fullmatch(folder) else None
