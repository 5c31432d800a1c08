"""Parses a finalize event of Cloud Storage, and decides by the object's name what happens to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from shared.domain.errors import MalformedBody
from shared.domain.files import Upload
from shared.domain.names import TASK_ID
from shared.service.drops import PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.runtime.log import Log
    from shared.service.drops import DropImporter

FINALIZED = "google.cloud.storage.object.v1.finalized"
# A signed URL does not bind these headers, and a link does not replace all of them.
OWN_HEADERS = ("cacheControl", "contentDisposition", "contentLanguage")
# gsutil and gcloud storage upload the parts of a large file here in parallel, and then compose them.
_COMPOSITE_PARTS = re.compile(r"(^|/)(gsutil|gcloud)/tmp/parallel_composite_uploads/")


class UploadPipeline(Protocol):
    """Converts uploads."""

    def run(self, task_id: str, upload: Upload, log: Log) -> None:
        """Convert the upload of that task."""
        ...


@dataclass(frozen=True, slots=True)
class EventDispatcher:
    """Decides by the object's name alone: the client chooses extension, content type and metadata."""

    pipeline: UploadPipeline
    drops: DropImporter

    def dispatch(self, upload: Upload, log: Log) -> None:
        """Ignore the object, import it as a drop, or convert it as an upload.

        Raises:
            PlatformError: the event has to be delivered again.
        """
        if is_composite_part(upload.object):
            log.info("ignored", reason="a part of a composite upload")
        elif upload.object.startswith(PREFIX):
            self.drops.accept(upload, log)
        elif task_id := task_of(upload):
            self.pipeline.run(task_id, upload, log.bind(taskId=task_id))
        else:
            log.info("ignored", reason="not in a task's folder")


def parse_event(kind: str, data: Mapping[str, Any]) -> Upload:
    """Return the upload that a CloudEvent is about.

    Args:
        kind: the event's `type`.
        data: `google.events.cloud.storage.v1.StorageObjectData` as JSON, where 64-bit numbers are strings.

    Raises:
        MalformedBody: it is another kind of event, or lacks a field that every such event has.
    """
    if kind != FINALIZED:
        raise MalformedBody(f"The event's type is {kind!r}; only {FINALIZED!r} is valid.")
    return parse_upload(data)


def parse_upload(data: Mapping[str, Any]) -> Upload:
    """Return the upload in the data of an event, or in a call from a queue, which has the same fields.

    Raises:
        MalformedBody: it lacks a field that every event has.
    """
    try:
        return Upload(
            bucket=str(data["bucket"]),
            object=str(data["name"]),
            generation=int(data["generation"]),
            size_bytes=int(data.get("size", 0)),
            crc32c=str(data.get("crc32c", "")),
            content_type=str(data.get("contentType", "")),
            time_created=datetime.fromisoformat(str(data["timeCreated"])),
            has_own_headers=any(data.get(name) for name in OWN_HEADERS),
            content_encoding=str(data.get("contentEncoding", "")),
        )
    except (KeyError, ValueError) as error:
        raise MalformedBody(
            "The event lacks bucket, name, generation or timeCreated, or a value is invalid."
        ) from error


def is_composite_part(name: str) -> bool:
    """Return whether the object is one part of a composite upload."""
    return _COMPOSITE_PARTS.search(name) is not None


def task_of(upload: Upload) -> str | None:
    """Return the id of the task in whose folder the object is, or None if it is in none."""
    folder, slash, name = upload.object.partition("/")
    return folder if slash and name and "/" not in name and TASK_ID.fullmatch(folder) else None
