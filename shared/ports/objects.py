"""The objects of one bucket, as conversions read and write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class ObjectInfo(NamedTuple):
    """An object as the bucket has it; `crc32c` is base64 of the big-endian sum."""

    name: str
    generation: int
    size_bytes: int
    crc32c: str
    content_type: str


class ObjectStore(Protocol):
    """The objects of one bucket."""

    def stat(self, name: str) -> ObjectInfo | None:
        """The live generation, or None."""
        ...

    def download(self, name: str, generation: int, target: Path) -> None:
        """Write that generation into a file. Raises Stale if it is gone."""
        ...

    def read_into(self, name: str, generation: int, into: BinaryIO, span: range | None = None) -> None:
        """Write that generation, or a span of its bytes, into something open. Raises Stale if it is gone."""
        ...

    def upload(self, source: Path, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
        """Create the object from a file, or replace that generation of it. Raises AlreadyExists."""
        ...

    def upload_stream(self, source: BinaryIO, name: str) -> ObjectInfo:
        """Create the object from all that can be read, a few megabytes at a time; what `read` raises passes.

        The source has to wait for what is to come. What was read is not asked for again after the next read.
        """
        ...

    def compose(
        self, parts: Sequence[ObjectInfo], name: str, content_type: str, replacing: int = 0
    ) -> ObjectInfo:
        """Create the object from others, or replace that generation of it. Raises AlreadyExists."""
        ...

    def delete(self, name: str) -> None:
        """Remove the object if it is there."""
        ...

    def delete_folder(self, folder: str) -> int:
        """Remove every object of that folder; how many there were."""
        ...
