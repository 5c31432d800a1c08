"""Dropped files, moved to a task's folder without their bytes leaving Cloud Storage."""

from __future__ import annotations

from google.api_core import exceptions as google_errors

from shared.adapters.google import translated
from shared.adapters.storage.bucket import SERVICE, TIMEOUT_S, TRANSFER_TIMEOUT_S, Bucket


class BucketDrops(Bucket):
    """`DropFolder` on one bucket."""

    def is_live(self, name: str, generation: int) -> bool:
        """One metadata request."""
        info = self.stat(name)
        return info is not None and info.generation == generation

    def read(self, name: str, max_bytes: int) -> bytes | None:
        """One ranged request."""
        blob = self._bucket.blob(name)
        with translated(SERVICE):
            try:
                data = blob.download_as_bytes(end=max_bytes, raw_download=True, timeout=TRANSFER_TIMEOUT_S)
            except google_errors.NotFound:
                return None
            except google_errors.RequestRangeNotSatisfiable:
                return b""
        return bytes(data)

    def move(self, name: str, generation: int, target: str) -> bool:
        """A copy that never overwrites, then a deletion of that generation.

        If the instance dies between the two, the redelivered event finds the target and deletes the source.
        """
        with translated(SERVICE):
            try:
                self._copy(name, generation, target)
            except google_errors.PreconditionFailed:
                pass  # an earlier delivery of the event copied it
            except google_errors.NotFound:
                return bool(self._bucket.blob(target).exists(timeout=TIMEOUT_S))
        # A newer drop of that name stays: it has an event of its own.
        self.delete(name, generation)
        return True
