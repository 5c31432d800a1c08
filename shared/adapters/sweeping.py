"""What a sweep reads: tasks in which nothing happens, and every object of the bucket, page by page."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.api_core import exceptions as google_errors

from shared.adapters.firestore import COLLECTION, task_of
from shared.adapters.google import translated
from shared.adapters.records import Merge, Query
from shared.adapters.task_folder import BucketFolders
from shared.ports import ObjectInfo, Page, Stored

if TYPE_CHECKING:
    from google.cloud.storage import Client

    from shared.adapters.records import Records
    from shared.states import State
    from shared.task import Task

MARKS = "sweeps"
# (connect, read): of one request.
STORAGE_TIMEOUT_S = (5, 30)


class FirestoreSearch:
    """`TaskSearch` on Firestore."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def untouched(self, state: State, before: datetime, size: int, token: str | None) -> Page:
        """One query over the index (state, updatedAt, name)."""
        where = [("state", "==", state.value), ("updatedAt", "<", before)]
        asked = Query(COLLECTION, where, size, "updatedAt", after=_place(token))
        tasks = tuple(task_of(record) for record in self._records.find(asked))
        return Page(tasks, _token(tasks[-1]) if len(tasks) == size else None)

    def mark(self, name: str) -> str | None:
        """One read."""
        record = self._records.get(f"{MARKS}/{name}")
        return record.fields.get("place") if record else None

    def set_mark(self, name: str, place: str | None) -> None:
        """One write."""
        self._records.commit(Merge(f"{MARKS}/{name}", {"place": place}))


def _place(token: str | None) -> tuple[datetime, str] | None:
    """Where a mark points; one that cannot be read begins anew."""
    try:
        updated, task_id = json.loads(base64.urlsafe_b64decode((token or "").encode()))
        return datetime.fromisoformat(updated), str(task_id)
    except (ValueError, TypeError, binascii.Error):
        return None


class BucketShelf:
    """`Shelf` on one bucket."""

    def __init__(self, client: Client, bucket: str) -> None:
        self._client = client
        self._bucket = client.bucket(bucket)
        self._folders = BucketFolders(client, bucket)

    def look(self, name: str) -> Stored | None:
        """One metadata read."""
        with translated("Cloud Storage"):
            blob = self._bucket.get_blob(name, timeout=STORAGE_TIMEOUT_S)
        return _stored(blob) if blob else None

    def page(self, start: str, size: int) -> tuple[tuple[Stored, ...], str | None]:
        """One listing; the next page begins with the last object of this one."""
        fields = "items(name,generation,timeCreated,size,contentType),nextPageToken"
        with translated("Cloud Storage"):
            listing = self._client.list_blobs(
                self._bucket, start_offset=start, page_size=size, fields=fields, timeout=STORAGE_TIMEOUT_S
            )
            blobs = list(next(listing.pages, ()))
        following = blobs[-1].name if blobs and listing.next_page_token else None
        return tuple(_stored(blob) for blob in blobs), following

    def rewrite(self, stored: Stored) -> None:
        """One call; the bytes stay where they are."""
        self._folders.rewrite(ObjectInfo(stored.name, stored.generation, 0, "", ""))

    def remove(self, stored: Stored) -> None:
        """One delete of that generation alone."""
        with translated("Cloud Storage"):
            try:
                self._bucket.blob(stored.name).delete(
                    if_generation_match=stored.generation, timeout=STORAGE_TIMEOUT_S
                )
            except (google_errors.NotFound, google_errors.PreconditionFailed):
                return


def _stored(blob: Any) -> Stored:  # noqa: ANN401  # the SDK publishes no types
    return Stored(
        blob.name, int(blob.generation), blob.time_created, int(blob.size or 0), blob.content_type or ""
    )


def _token(task: Task) -> str:
    pair = [task.updated_at.isoformat(), task.id]
    return base64.urlsafe_b64encode(json.dumps(pair).encode()).decode()
