"""Every object of the bucket, page by page, as a sweep reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.api_core import exceptions as google_errors

from shared.adapters.google import translated
from shared.adapters.storage.task_folder import BucketFolders
from shared.ports.bucket_listing import ListedObject
from shared.ports.objects import ObjectInfo

if TYPE_CHECKING:
    from google.cloud.storage import Client

# (connect, read): of one request.
STORAGE_TIMEOUT_S = (5, 30)


class BucketListing:
    """`ObjectListing` on one bucket."""

    def __init__(self, client: Client, bucket: str) -> None:
        self._client = client
        self._bucket = client.bucket(bucket)
        self._folders = BucketFolders(client, bucket)

    def stat(self, name: str) -> ListedObject | None:
        """One metadata read."""
        with translated("Cloud Storage"):
            blob = self._bucket.get_blob(name, timeout=STORAGE_TIMEOUT_S)
        return _stored(blob) if blob else None

    def page(self, start: str, size: int) -> tuple[tuple[ListedObject, ...], str | None]:
        """One listing; the next page begins with the last object of this one."""
        fields = "items(name,generation,timeCreated,size,contentType),nextPageToken"
        with translated("Cloud Storage"):
            listing = self._client.list_blobs(
                self._bucket, start_offset=start, page_size=size, fields=fields, timeout=STORAGE_TIMEOUT_S
            )
            blobs = list(next(listing.pages, ()))
        following = blobs[-1].name if blobs and listing.next_page_token else None
        return tuple(_stored(blob) for blob in blobs), following

    def rewrite(self, stored: ListedObject) -> None:
        """One call; the bytes stay where they are."""
        self._folders.rewrite(ObjectInfo(stored.name, stored.generation, 0, "", ""))

    def delete(self, stored: ListedObject) -> None:
        """One delete of that generation alone."""
        with translated("Cloud Storage"):
            try:
                self._bucket.blob(stored.name).delete(
                    if_generation_match=stored.generation, timeout=STORAGE_TIMEOUT_S
                )
            except (google_errors.NotFound, google_errors.PreconditionFailed):
                return


def _stored(blob: Any) -> ListedObject:  # noqa: ANN401  # the SDK publishes no types
    return ListedObject(
        blob.name, int(blob.generation), blob.time_created, int(blob.size or 0), blob.content_type or ""
    )
