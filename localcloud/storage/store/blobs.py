"""The bytes of objects, one file each, under names that never mean anything and are never used twice.

A blob file is written under its final name from the start; what makes it an object's, or a session's, is the
database row that names it. So there is nothing to rename and a crash leaves at most an unnamed file, which
`sweep` removes. Removing a blob that is being read is safe: the kernel keeps the bytes until the last reader
closes the file.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from localcloud.storage.store.checksums import Digester

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIECE_BYTES = 1 << 20  # the most that is read or written without letting others have the loop


@dataclass(frozen=True)
class Content:
    """Finished bytes: the blob's name, its length and its digests (no MD5 for a composite)."""

    blob: str
    size: int
    crc32c: str
    md5: str | None
    component_count: int | None = None


class BlobWriter:
    """Appends to one blob and keeps its digests."""

    def __init__(self, path: Path, digester: Digester, size: int) -> None:
        self.blob = path.name
        self.size = size
        self._digester = digester
        self._path = path
        self._file = path.open("ab", buffering=0)

    def write(self, piece: bytes) -> None:
        """Append `piece`; it survives `kill -9` once this returns."""
        rest = memoryview(piece)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._digester.update(piece)
        self.size += len(piece)

    def content(self) -> Content:
        """Close, and describe what was written."""
        self._file.close()
        return Content(self.blob, self.size, self._digester.crc32c, self._digester.md5)

    def close(self) -> None:
        """Close and keep the bytes, to be continued."""
        self._file.close()

    def discard(self) -> None:
        """Close and remove the bytes."""
        self._file.close()
        self._path.unlink(missing_ok=True)


class Blobs:
    """The directory of blobs."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    def create(self) -> BlobWriter:
        """A new, empty blob."""
        return BlobWriter(self._directory / secrets.token_hex(16), Digester(), 0)

    def append(self, blob: str, digester: Digester) -> BlobWriter:
        """Go on with a blob, whose bytes so far `digester` has seen."""
        return BlobWriter(self._directory / blob, digester, self.size(blob))

    def open(self, blob: str) -> BinaryIO:
        """Open for reading; the bytes stay readable even if the blob is removed."""
        return (self._directory / blob).open("rb")

    def pieces(self, blob: str) -> Iterator[bytes]:
        """The bytes of a blob in pieces of at most `PIECE_BYTES`."""
        with self.open(blob) as file:
            while piece := file.read(PIECE_BYTES):
                yield piece

    def size(self, blob: str) -> int:
        """Length in bytes."""
        return (self._directory / blob).stat().st_size

    def link(self, blob: str) -> str:
        """Another name for the same bytes: how a server-side copy costs nothing."""
        name = secrets.token_hex(16)
        os.link(self._directory / blob, self._directory / name)
        return name

    def remove(self, blob: str) -> None:
        """Remove a blob; one that is gone already is fine."""
        (self._directory / blob).unlink(missing_ok=True)

    def sweep(self, keep: set[str]) -> None:
        """Remove every blob not in `keep`: what a crash left behind."""
        for path in self._directory.iterdir():
            if path.name not in keep:
                path.unlink()
