"""Uploads: the object that a client wants to create, and uploads of one request."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from localcloud.storage.errors import (
    ENTITY_TOO_LARGE,
    ENTITY_TOO_SMALL,
    INVALID,
    StorageError,
)
from localcloud.storage.store.attributes import Attributes
from localcloud.storage.store.checksums import ExpectedDigests
from localcloud.storage.store.preconditions import ANY, Preconditions

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Mapping

    from localcloud.storage.store.blobs import Blobs, Content
    from localcloud.storage.store.objects import Objects
    from localcloud.storage.store.stored_object import StoredObject

OBJECT_MAX_BYTES = 5 << 40  # 5 TiB, Google's limit


@dataclass(frozen=True)
class SizeRange:
    """Least and most bytes that an object may have, both inclusive."""

    least: int = 0
    most: int = OBJECT_MAX_BYTES

    @classmethod
    def from_header(cls, text: str | None) -> Self:
        """Read `x-goog-content-length-range: least,most`."""
        if text is None:
            return cls()
        match = re.fullmatch(r"\s*(\d+)\s*,\s*(\d+)\s*", text, re.ASCII)
        if match is None or int(match[1]) > int(match[2]):
            raise StorageError(INVALID, f"Invalid x-goog-content-length-range: {text!r}")
        return cls(int(match[1]), int(match[2]))

    def check_most(self, size: int) -> None:
        """Refuse what is too long already (EntityTooLarge)."""
        if size > self.most:
            raise StorageError(
                ENTITY_TOO_LARGE,
                "Your proposed upload is larger than the maximum object size specified in your request.",
                {"ProposedSize": str(size), "MaxSizeAllowed": str(self.most)},
            )

    def check(self, size: int) -> None:
        """Refuse a final size out of the range (EntityTooLarge, EntityTooSmall)."""
        self.check_most(size)
        if size < self.least:
            raise StorageError(
                ENTITY_TOO_SMALL,
                "Your proposed upload is smaller than the minimum object size specified in your request.",
                {"ProposedSize": str(size), "MinSizeAllowed": str(self.least)},
            )


@dataclass(frozen=True)
class Target:
    """The object that an upload is to make, and the conditions under which it may."""

    bucket: str
    name: str
    attributes: Attributes = field(default_factory=Attributes)
    conditions: Preconditions = ANY
    expected: ExpectedDigests = field(default_factory=ExpectedDigests)
    sizes: SizeRange = field(default_factory=SizeRange)

    def as_json(self) -> dict[str, Any]:
        """A form that `from_json` reads back."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The target that `as_json` wrote."""
        return cls(
            stored["bucket"],
            stored["name"],
            Attributes(**stored["attributes"]),
            Preconditions(**stored["conditions"]),
            ExpectedDigests(**stored["expected"]),
            SizeRange(**stored["sizes"]),
        )

    def check(self, content: Content) -> None:
        """Check the finished bytes by the size range and the digests."""
        self.sizes.check(content.size)
        self.expected.check(content.crc32c, content.md5)


class Uploads:
    """Uploads of one request each."""

    def __init__(self, objects: Objects, blobs: Blobs) -> None:
        self._objects = objects
        self._blobs = blobs

    async def store(
        self, target: Target, pieces: AsyncIterable[bytes], length: int | None = None
    ) -> StoredObject:
        """Take the bytes and make them the live object; nothing is left of a refused or broken upload.

        Args:
            target: what to make of them.
            pieces: the bytes.
            length: how many bytes there will be, where the client said so.
        """
        self._objects.admit(target.bucket, target.name, target.conditions)
        if length is not None:
            target.sizes.check(length)
        writer = self._blobs.create()
        try:
            async for piece in pieces:
                writer.write(piece)
                target.sizes.check_most(writer.size)
            content = writer.content()
            target.check(content)
            return self._objects.put(
                target.bucket, target.name, target.attributes, content, target.conditions
            )
        except BaseException:
            writer.discard()
            raise
