"""The `Range` and `Content-Range` headers, as Cloud Storage reads them (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from localcloud.storage.errors import INVALID_RANGE, PARSE_ERROR, StorageError

_RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", re.IGNORECASE | re.ASCII)
_CONTENT_RANGE = re.compile(r"\s*bytes\s+(?:(\d+)-(\d+)|\*)/(\d+|\*)\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class ByteRange:
    """Bytes `first` to `last`, both inclusive."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1


def requested_range(header: str | None, size: int) -> ByteRange | None:
    """What part of `size` bytes a `Range` header asks for; None is all of it.

    Malformed ranges, other units and lists of several ranges are ignored, as Cloud Storage ignores them.

    Raises:
        StorageError: InvalidRange, when no byte of the object is in the range.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return None
    first_text, last_text = match.groups()
    if not first_text:
        first, last = max(size - int(last_text), 0), size - 1
        satisfiable = int(last_text) > 0 and size > 0
    else:
        first, last = int(first_text), min(int(last_text or size - 1), size - 1)
        if last_text and int(last_text) < first:
            return None
        satisfiable = first < size
    if not satisfiable:
        whole = {"Content-Range": f"bytes */{size}"}
        raise StorageError(INVALID_RANGE, "The requested range cannot be satisfied.", headers=whole)
    return ByteRange(first, last)


@dataclass(frozen=True)
class ChunkRange:
    """What a session PUT says about its bytes; `first` None asks for the status, `total` None is `*`."""

    first: int | None
    last: int | None
    total: int | None


def chunk_range(header: str | None) -> ChunkRange | None:
    """Read a `Content-Range` header; None where there is none: the body is the whole object.

    Raises:
        StorageError: the header is malformed.
    """
    if header is None:
        return None
    match = _CONTENT_RANGE.fullmatch(header)
    if match is None:
        raise StorageError(PARSE_ERROR, f"Failed to parse Content-Range header: {header!r}")
    first, last = (int(text) if text else None for text in match.group(1, 2))
    total = None if match[3] == "*" else int(match[3])
    if first is not None and last is not None and (last < first or (total is not None and last >= total)):
        raise StorageError(PARSE_ERROR, f"Failed to parse Content-Range header: {header!r}")
    return ChunkRange(first, last, total)
