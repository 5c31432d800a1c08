"""crc32c and MD5 of a stream of bytes, and the comparison with what a client said they would be."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import google_crc32c

from localcloud.storage.errors import BAD_DIGEST, INVALID_DIGEST, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DIGEST_BYTES = {"crc32c": 4, "md5": 16}


class Digester:
    """Both digests of everything given to `update`, in the base64 form that the APIs use."""

    def __init__(self) -> None:
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._crc32c = 0

    def update(self, piece: bytes) -> None:
        """Take the next bytes of the stream."""
        self._md5.update(piece)
        self._crc32c = google_crc32c.extend(self._crc32c, piece)

    @property
    def md5(self) -> str:
        """Base64 of the MD5 so far."""
        return base64.b64encode(self._md5.digest()).decode()

    @property
    def crc32c(self) -> str:
        """Base64 of the big-endian crc32c so far."""
        return base64.b64encode(self._crc32c.to_bytes(4, "big")).decode()


@dataclass(frozen=True)
class ExpectedDigests:
    """The digests that the client states; None for those that it does not."""

    crc32c: str | None = None
    md5: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be such a digest at all (InvalidDigest)."""
        for name, length in DIGEST_BYTES.items():
            value = getattr(self, name)
            if value is not None and not _is_base64_of(value, length):
                raise StorageError(INVALID_DIGEST, f"The {name} you specified is invalid: {value!r}.")

    def merged_with(self, other: ExpectedDigests) -> ExpectedDigests:
        """Both combined; where both state a digest, this one's counts."""
        return ExpectedDigests(self.crc32c or other.crc32c, self.md5 or other.md5)

    def check(self, crc32c: str, md5: str | None) -> None:
        """Compare with the computed digests.

        Raises:
            StorageError: BadDigest.
        """
        for name, said, is_ in (("CRC32C", self.crc32c, crc32c), ("MD5 hash", self.md5, md5)):
            if said is not None and is_ is not None and said != is_:
                raise StorageError(
                    BAD_DIGEST,
                    f'Provided {name} "{said}" doesn\'t match calculated {name} "{is_}".',
                )


def digests_from_headers(headers: Mapping[str, str], hash_values: Iterable[str]) -> ExpectedDigests:
    """What `x-goog-hash` (its values, each perhaps a list) and `Content-MD5` say."""
    said: dict[str, str] = {}
    for item in ",".join(hash_values).split(","):
        name, _, value = item.strip().partition("=")
        if name in DIGEST_BYTES:
            said[name] = value
    if "Content-MD5" in headers:
        said["md5"] = headers["Content-MD5"].strip()
    return ExpectedDigests(crc32c=said.get("crc32c"), md5=said.get("md5"))


def _is_base64_of(value: str, length: int) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) == length
    except (binascii.Error, ValueError):
        return False
