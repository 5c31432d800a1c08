"""Objects of one bucket: whole files and streams, with generations as preconditions."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from google.api_core import exceptions as google_errors

from shared.adapters.google import translated
from shared.adapters.storage.bucket import SERVICE, TRANSFER_TIMEOUT_S, Bucket, info_of
from shared.domain.errors import AlreadyExists, Stale

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shared.ports.objects import ObjectInfo

# The library's own chunk is 8 KiB, which takes three times the processor time.
DOWNLOAD_CHUNK_BYTES = 1 << 20
# Chunks are held in memory. The library's own is 100 MiB.
UPLOAD_CHUNK_BYTES, STREAM_CHUNK_BYTES = 16 << 20, 8 << 20


class BucketObjects(Bucket):
    """`ObjectStore` on one bucket."""

    def download(self, name: str, generation: int, target: Path) -> None:
        """One request for the stored bytes; a `Content-Encoding` that a client set is not decoded."""
        with target.open("wb") as file:
            self.read_into(name, generation, file)

    def read_into(self, name: str, generation: int, target: BinaryIO, span: range | None = None) -> None:
        """As `download`; errors of `target` pass through, unless they look like those of a connection."""
        _enlarge_download_chunks()
        blob = self._bucket.blob(name, generation=generation)
        bounds = {"start": span.start, "end": span.stop - 1} if span else {}
        with translated(SERVICE):
            try:
                blob.download_to_file(target, raw_download=True, timeout=TRANSFER_TIMEOUT_S, **bounds)
            except google_errors.NotFound as error:
                raise Stale(f"Generation {generation} of the upload no longer exists.") from error

    def upload(self, source: Path, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
        """One upload, which creates the object or replaces that generation; the library checks the crc32c."""
        blob = self._bucket.blob(name, chunk_size=UPLOAD_CHUNK_BYTES)
        with translated(SERVICE):
            try:
                blob.upload_from_filename(
                    str(source),
                    content_type=content_type,
                    if_generation_match=replacing,
                    checksum="crc32c",
                    timeout=TRANSFER_TIMEOUT_S,
                )
            except google_errors.PreconditionFailed as error:
                raise AlreadyExists(f"{name} already exists, or was replaced.") from error
        return info_of(blob)

    def upload_stream(self, source: BinaryIO, name: str) -> ObjectInfo:
        """One resumable session; the object exists after the last chunk. The library checks the crc32c."""
        blob = self._bucket.blob(name, chunk_size=STREAM_CHUNK_BYTES)
        with translated(SERVICE):
            blob.upload_from_file(
                source, content_type="application/octet-stream", checksum="crc32c", timeout=TRANSFER_TIMEOUT_S
            )
        return info_of(blob)

    def compose(
        self, parts: Sequence[ObjectInfo], name: str, content_type: str, replacing: int = 0
    ) -> ObjectInfo:
        """One call, for exactly these generations of the parts; a composed object has a crc32c and no MD5."""
        blob = self._bucket.blob(name)
        blob.content_type = content_type
        with translated(SERVICE):
            try:
                blob.compose(
                    [self._bucket.blob(part.name) for part in parts],
                    if_generation_match=replacing,
                    if_source_generation_match=[part.generation for part in parts],
                    timeout=TRANSFER_TIMEOUT_S,
                )
            except google_errors.PreconditionFailed as error:
                raise AlreadyExists(f"{name} already exists, or was replaced.") from error
        return info_of(blob)


@cache
def _enlarge_download_chunks() -> None:
    """The library has no setting for the chunk size; a test checks that this is still the place."""
    helpers = import_module("google.cloud.storage._media.requests._request_helpers")
    vars(helpers)["_SINGLE_GET_CHUNK_SIZE"] = DOWNLOAD_CHUNK_BYTES
