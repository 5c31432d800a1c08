"""Objects dropped into the bucket, moved into a task's folder without their bytes leaving Cloud Storage."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from google.api_core import exceptions as google_errors

from shared.adapters.google import translated

if TYPE_CHECKING:
    from google.cloud.storage import Blob, Client

# (connect, read): of one request.
TIMEOUT_S = (5, 60)
# A rewrite within one bucket copies no bytes and is done in one call; the limit only guards the loop.
MAX_REWRITE_CALLS = 100


class BucketDrops:
    """`DropFolder` on one bucket."""

    def __init__(self, client: Client, bucket: str) -> None:
        self._bucket = client.bucket(bucket)

    def is_live(self, name: str, generation: int) -> bool:
        """One metadata read."""
        with translated("Cloud Storage"):
            blob = self._bucket.get_blob(name, timeout=TIMEOUT_S)
        return blob is not None and int(blob.generation) == generation

    def read(self, name: str, max_bytes: int) -> bytes | None:
        """One ranged read."""
        with translated("Cloud Storage"):
            try:
                blob = self._bucket.blob(name)
                return bytes(blob.download_as_bytes(end=max_bytes, raw_download=True, timeout=TIMEOUT_S))
            except google_errors.NotFound:
                return None
            except google_errors.RequestRangeNotSatisfiable:
                return b""

    def move(self, name: str, generation: int, target: str) -> bool:
        """A rewrite that only ever creates, then a delete of that generation alone.

        Whoever dies between the two is followed by the redelivered event, which finds the target there.
        """
        source, place = self._bucket.blob(name, generation=generation), self._bucket.blob(target)
        with translated("Cloud Storage"):
            try:
                _rewrite(source, place, generation)
            except google_errors.PreconditionFailed:
                pass  # the target is there: an earlier delivery of the event came so far
            except google_errors.NotFound:
                return bool(place.exists(timeout=TIMEOUT_S))
            # Gone, or overwritten by a newer drop, which has an event of its own.
            with contextlib.suppress(google_errors.NotFound, google_errors.PreconditionFailed):
                self._bucket.blob(name).delete(if_generation_match=generation, timeout=TIMEOUT_S)
        return True


def _rewrite(source: Blob, target: Blob, generation: int) -> None:
    token = None
    for _ in range(MAX_REWRITE_CALLS):
        token, _, _ = target.rewrite(
            source,
            token=token,
            if_generation_match=0,
            if_source_generation_match=generation,
            timeout=TIMEOUT_S,
        )
        if token is None:
            return
