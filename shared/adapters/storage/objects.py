"""Objects of one bucket through google-cloud-storage: whole files, generations as preconditions."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO

from google.api_core import exceptions as google_errors

from shared.adapters.google import translated
from shared.domain.errors import AlreadyExists, Stale
from shared.ports.objects import ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from google.cloud.storage import Client

# (connect, read): of one request or chunk, not of the whole transfer.
TIMEOUT_S = (5, 60)
# Of a download at a time. The library's own 8 KiB take three times the processor time.
DOWNLOAD_CHUNK_BYTES = 1 << 20
# Of an upload at a time, which is held in memory. The library's own is 100 MiB.
UPLOAD_CHUNK_BYTES, STREAM_CHUNK_BYTES = 16 << 20, 8 << 20


class BucketObjects:
    """`ObjectStore` on one bucket."""

    def __init__(self, client: Client, bucket: str) -> None:
        self._bucket = client.bucket(bucket)

    def stat(self, name: str) -> ObjectInfo | None:
        """One metadata read."""
        with translated("Cloud Storage"):
            blob = self._bucket.get_blob(name, timeout=TIMEOUT_S)
        return _info(blob) if blob else None

    def download(self, name: str, generation: int, target: Path) -> None:
        """One read of the stored bytes; a `Content-Encoding` that a client set is not undone."""
        _read_by_large_pieces()
        blob = self._bucket.blob(name, generation=generation)
        with translated("Cloud Storage"):
            try:
                blob.download_to_filename(str(target), raw_download=True, timeout=TIMEOUT_S)
            except google_errors.NotFound as error:
                raise Stale(f"Generation {generation} of the upload is gone.") from error

    def read_into(self, name: str, generation: int, into: BinaryIO, span: range | None = None) -> None:
        """As `download`; what `into` raises passes through, unless it looks like a connection's."""
        _read_by_large_pieces()
        blob = self._bucket.blob(name, generation=generation)
        bounds = {"start": span.start, "end": span.stop - 1} if span else {}
        with translated("Cloud Storage"):
            try:
                blob.download_to_file(into, raw_download=True, timeout=TIMEOUT_S, **bounds)
            except google_errors.NotFound as error:
                raise Stale(f"Generation {generation} of the upload is gone.") from error

    def upload(self, source: Path, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
        """One upload that creates, or replaces what was seen; the library sends and checks the crc32c."""
        blob = self._bucket.blob(name, chunk_size=UPLOAD_CHUNK_BYTES)
        with translated("Cloud Storage"):
            try:
                blob.upload_from_filename(
                    str(source),
                    content_type=content_type,
                    if_generation_match=replacing,
                    checksum="crc32c",
                    timeout=TIMEOUT_S,
                )
            except google_errors.PreconditionFailed as error:
                raise AlreadyExists(f"{name} is another by now, or exists already.") from error
        return _info(blob)

    def upload_stream(self, source: BinaryIO, name: str) -> ObjectInfo:
        """One resumable session; until its last piece there is no object. The library checks the crc32c."""
        blob = self._bucket.blob(name, chunk_size=STREAM_CHUNK_BYTES)
        with translated("Cloud Storage"):
            blob.upload_from_file(
                source, content_type="application/octet-stream", checksum="crc32c", timeout=TIMEOUT_S
            )
        return _info(blob)

    def compose(
        self, parts: Sequence[ObjectInfo], name: str, content_type: str, replacing: int = 0
    ) -> ObjectInfo:
        """One call, of exactly these generations of the parts; what it makes has a crc32c, and no MD5."""
        blob = self._bucket.blob(name)
        blob.content_type = content_type
        with translated("Cloud Storage"):
            try:
                blob.compose(
                    [self._bucket.blob(part.name) for part in parts],
                    if_generation_match=replacing,
                    if_source_generation_match=[part.generation for part in parts],
                    timeout=TIMEOUT_S,
                )
            except google_errors.PreconditionFailed as error:
                raise AlreadyExists(f"{name} is another by now, or exists already.") from error
        return _info(blob)

    def delete_folder(self, folder: str) -> int:
        """One listing, and one delete for each object."""
        with translated("Cloud Storage"):
            blobs: list[Any] = list(self._bucket.list_blobs(prefix=f"{folder}/", timeout=TIMEOUT_S))
        for blob in blobs:
            self.delete(blob.name)
        return len(blobs)

    def delete(self, name: str) -> None:
        """One delete; an object that is not there is fine."""
        with translated("Cloud Storage"):
            try:
                self._bucket.blob(name).delete(timeout=TIMEOUT_S)
            except google_errors.NotFound:
                return


@cache
def _read_by_large_pieces() -> None:
    """The library has no setting for it; a test holds that this still is the place."""
    helpers = import_module("google.cloud.storage._media.requests._request_helpers")
    vars(helpers)["_SINGLE_GET_CHUNK_SIZE"] = DOWNLOAD_CHUNK_BYTES


def _info(blob: Any) -> ObjectInfo:  # noqa: ANN401  # the SDK publishes no types
    return ObjectInfo(blob.name, int(blob.generation), int(blob.size), blob.crc32c, blob.content_type or "")
