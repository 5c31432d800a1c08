"""One bucket through google-cloud-storage: metadata, rewrites and deletions."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from google.api_core import exceptions as google_errors

from shared.adapters.google import translated
from shared.domain.errors import RevisionChanged
from shared.ports.objects import ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.cloud.storage import Client

SERVICE = "Cloud Storage"
# (connect, read): of a metadata request; of one request or chunk of a transfer.
TIMEOUT_S, TRANSFER_TIMEOUT_S = (5, 30), (5, 60)
CONCURRENT_DELETES = 8
# A rewrite within one bucket copies no bytes and needs one call; the limit only guards the loop.
MAX_REWRITE_CALLS = 100


class Bucket:
    """`TaskFolder` on one bucket, and the base of the other storage adapters."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._bucket = client.bucket(name)

    def stat(self, name: str) -> ObjectInfo | None:
        """One metadata request."""
        with translated(SERVICE):
            blob = self._bucket.get_blob(name, timeout=TIMEOUT_S)
        return info_of(blob) if blob else None

    def rewrite(self, info: ObjectInfo) -> None:
        """One call; the metadata stays, the generation is new, and its event fires."""
        with translated(SERVICE):
            try:
                self._copy(info.name, info.generation, info.name, replacing=info.generation)
            except (google_errors.PreconditionFailed, google_errors.NotFound) as error:
                raise RevisionChanged(f"{info.name} is no longer generation {info.generation}.") from error

    def delete(self, name: str, generation: int | None = None) -> None:
        """One call; with a generation, another one stays."""
        gone = (google_errors.NotFound, google_errors.PreconditionFailed)
        with translated(SERVICE), contextlib.suppress(*gone):
            self._bucket.blob(name).delete(if_generation_match=generation, timeout=TIMEOUT_S)

    def reset_headers(self, name: str, generation: int) -> None:
        """One call; Cloud Storage's own defaults apply then."""
        blob = self._bucket.blob(name)
        blob.cache_control = blob.content_disposition = blob.content_language = None
        gone = (google_errors.NotFound, google_errors.PreconditionFailed)
        with translated(SERVICE), contextlib.suppress(*gone):
            blob.patch(if_generation_match=generation, timeout=TIMEOUT_S)

    def delete_all(self, names: Iterable[str]) -> int:
        """One call for each name, several at a time."""
        listed = list(names)
        with ThreadPoolExecutor(CONCURRENT_DELETES) as pool:
            list(pool.map(self.delete, listed))
        return len(listed)

    def delete_folder(self, folder: str) -> int:
        """One listing, and one call for each object."""
        fields = "items(name),nextPageToken"
        with translated(SERVICE):
            blobs: list[Any] = list(
                self._client.list_blobs(self._bucket, prefix=f"{folder}/", fields=fields, timeout=TIMEOUT_S)
            )
        return self.delete_all(blob.name for blob in blobs)

    def _copy(self, source: str, generation: int, target: str, *, replacing: int = 0) -> None:
        """Copy within the bucket, onto that generation of `target` (0: onto nothing)."""
        read, written = self._bucket.blob(source, generation=generation), self._bucket.blob(target)
        token = None
        for _ in range(MAX_REWRITE_CALLS):
            token, _, _ = written.rewrite(
                read,
                token=token,
                if_generation_match=replacing,
                if_source_generation_match=generation,
                timeout=TRANSFER_TIMEOUT_S,
            )
            if token is None:
                return


def info_of(blob: Any) -> ObjectInfo:  # noqa: ANN401  # the SDK publishes no types
    """The metadata that Cloud Storage returned."""
    return ObjectInfo(
        blob.name,
        int(blob.generation),
        int(blob.size),
        blob.crc32c,
        blob.content_type or "",
        blob.time_created,
    )
