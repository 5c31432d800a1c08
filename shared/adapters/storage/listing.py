"""Every object of the bucket, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.google import translated
from shared.adapters.storage.bucket import SERVICE, TIMEOUT_S, Bucket, info_of

if TYPE_CHECKING:
    from shared.ports.objects import ObjectInfo


class BucketListing(Bucket):
    """`ObjectListing` on one bucket."""

    def page(self, start: str, size: int) -> tuple[tuple[ObjectInfo, ...], str | None]:
        """One listing; the next page starts with the last object of this one."""
        fields = "items(name,generation,size,crc32c,contentType,timeCreated),nextPageToken"
        with translated(SERVICE):
            listing = self._client.list_blobs(
                self._bucket, start_offset=start, page_size=size, fields=fields, timeout=TIMEOUT_S
            )
            blobs = list(next(listing.pages, ()))
        following = blobs[-1].name if blobs and listing.next_page_token else None
        return tuple(info_of(blob) for blob in blobs), following
