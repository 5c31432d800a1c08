"""The objects of one bucket, as conversions read and write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path


class ObjectInfo(NamedTuple):
    """An object's metadata.

    Attributes:
        crc32c: base64 of the big-endian checksum.
        created_at: of this generation.
    """

    name: str
    generation: int
    size_bytes: int
    crc32c: str
    content_type: str
    created_at: datetime


class ObjectStore(Protocol):
    """The objects of one bucket."""

    def stat(self, name: str) -> ObjectInfo | None:
        """The live generation, or None."""
        ...

    def download(self, name: str, generation: int, target: Path) -> None:
        """Write that generation to a file. Raises Stale if it is gone."""
        ...

    def read_into(self, name: str, generation: int, target: BinaryIO, span: range | None = None) -> None:
        """Write that generation, or a range of its bytes, to an open file. Raises Stale if it is gone."""
        ...

    def upload(self, source: Path, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
        """Create the object from a file, or replace that generation of it. Raises AlreadyExists."""
        ...

    def upload_stream(self, source: BinaryIO, name: str) -> ObjectInfo:
        """Create the object from a stream, a few megabytes at a time; errors of `source.read` pass through.

        `source.read` must block until data is available. Data is not requested again after the next read.
        """
        ...

    def compose(
        self, parts: Sequence[ObjectInfo], name: str, content_type: str, replacing: int = 0
    ) -> ObjectInfo:
        """Create the object by joining others, or replace that generation of it. Raises AlreadyExists."""
        ...

    def reset_headers(self, name: str, generation: int) -> None:
        """Remove what the uploader stored as headers for downloads; nothing if that generation is gone."""
        ...

    def delete(self, name: str) -> None:
        """Delete the object if it exists."""
        ...

    def delete_folder(self, folder: str) -> int:
        """Delete every object of the folder; the number of objects."""
        ...
