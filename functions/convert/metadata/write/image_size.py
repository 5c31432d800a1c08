"""Width and height of a JPEG or PNG, by its header."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
# Start of frame, but for the markers between that are tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MAX_SEGMENTS = 1000


def image_size(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels; zeros where they are unknown."""
    if data.startswith(_PNG) and len(data) >= 24:  # noqa: PLR2004  # signature and the begin of IHDR
        width, height = struct.unpack_from(">II", data, 16)
        return width, height
    for marker, at in _segments(data):
        if marker in _FRAMES and at + 9 <= len(data):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
    return 0, 0


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the marker of each segment of a JPEG, and where it begins."""
    at = 2 if data.startswith(_JPEG) else len(data)
    for _ in range(_MAX_SEGMENTS):
        if at + 4 > len(data) or data[at] != 0xFF:  # noqa: PLR2004  # each marker's first byte
            return
        yield data[at + 1], at
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
