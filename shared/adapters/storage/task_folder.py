"""A task's folder in the bucket: what lies there, the source rewritten onto itself, everything removed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from google.api_core import exceptions as google_errors

from shared.adapters.google import translated
from shared.domain.errors import RevisionChanged
from shared.ports.objects import ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.cloud.storage import Client

# (connect, read): of one request.
TIMEOUT_S = (5, 30)
AT_ONCE = 8
# A rewrite within one bucket copies no bytes and is done in one call; the limit only guards the loop.
MAX_REWRITE_CALLS = 100


class BucketFolders:
    """`TaskFolder` on one bucket."""

    def __init__(self, client: Client, bucket: str) -> None:
        self._client = client
        self._bucket = client.bucket(bucket)

    def stat(self, name: str) -> ObjectInfo | None:
        """One metadata read."""
        with translated("Cloud Storage"):
            blob = self._bucket.get_blob(name, timeout=TIMEOUT_S)
        if blob is None:
            return None
        return ObjectInfo(
            blob.name, int(blob.generation), int(blob.size), blob.crc32c, blob.content_type or ""
        )

    def rewrite(self, info: ObjectInfo) -> None:
        """One call; the object's metadata stay, its generation is new, and its event fires."""
        source = self._bucket.blob(info.name, generation=info.generation)
        target, token = self._bucket.blob(info.name), None
        with translated("Cloud Storage"):
            try:
                for _ in range(MAX_REWRITE_CALLS):
                    token, _, _ = target.rewrite(
                        source,
                        token=token,
                        if_generation_match=info.generation,
                        if_source_generation_match=info.generation,
                        timeout=TIMEOUT_S,
                    )
                    if token is None:
                        return
            except (google_errors.PreconditionFailed, google_errors.NotFound) as error:
                raise RevisionChanged(
                    f"{info.name} is not of generation {info.generation} any more."
                ) from error

    def delete_folder(self, folder: str) -> int:
        """One listing, and one delete for each object."""
        with translated("Cloud Storage"):
            blobs: list[Any] = list(
                self._client.list_blobs(
                    self._bucket, prefix=f"{folder}/", fields="items(name),nextPageToken", timeout=TIMEOUT_S
                )
            )
        return self.delete_all(blob.name for blob in blobs)

    def delete_all(self, names: Iterable[str]) -> int:
        """One delete for each; what is not there counts as removed."""
        wanted = list(names)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._delete, wanted))
        return len(wanted)

    def _delete(self, name: str) -> None:
        with translated("Cloud Storage"):
            try:
                self._bucket.blob(name).delete(timeout=TIMEOUT_S)
            except google_errors.NotFound:
                return
