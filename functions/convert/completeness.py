"""Tells a file that breaks off from a whole one, by what its own container says of its length.

ffmpeg converts the half of a truncated file and ends well, so this has to be asked separately. Only headers
and the last page are read. Containers that do not say how long they are (MP3 without a Xing header, ADTS)
cannot be judged; where they say their duration, `verify` compares it with what was decoded.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

from shared.errors import Truncated

if TYPE_CHECKING:
    from pathlib import Path

# A writer that cannot seek back leaves one of these as the length of RIFF chunks.
UNKNOWN_SIZES = frozenset({0, 0xFFFFFFFF, 0x7FFFFFFF})
# An Ogg page is at most 27 + 255 + 255 * 255 bytes (RFC 3533).
MAX_OGG_PAGE = 65_307
OGG_END_OF_STREAM = 0x04
# RIFF chunks are padded to even sizes; many writers forget the last byte.
SLACK_BYTES = 1


def check_complete(file: Path) -> None:
    """Raise Truncated if the file ends before its container says that it does."""
    size = file.stat().st_size
    with file.open("rb") as data:
        head = data.read(12)
        missing = 0
        if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
            missing = _missing_riff(data, size)
        elif head[:4] == b"OggS":
            missing = _missing_ogg(data, size)
        elif head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free"}:
            missing = _missing_mp4(data, size)
    if missing > SLACK_BYTES:
        raise Truncated


def _missing_riff(data: BinaryIO, size: int) -> int:
    """Bytes that the `data` chunk promises beyond the end."""
    position = 12
    while position + 8 <= size:
        data.seek(position)
        name, length = struct.unpack("<4sI", data.read(8))
        position += 8
        if name == b"data":
            return 0 if length in UNKNOWN_SIZES else position + length - size
        position += length + length % 2
    return 0


def _missing_ogg(data: BinaryIO, size: int) -> int:
    """Bytes of the last page that are not there; at least something if no page ends the stream."""
    data.seek(max(0, size - 2 * MAX_OGG_PAGE))
    tail = data.read()
    begin = tail.rfind(b"OggS")
    if begin < 0 or len(tail) < begin + 27:
        return MAX_OGG_PAGE
    segments = tail[begin + 26]
    lacing = tail[begin + 27 : begin + 27 + segments]
    end = begin + 27 + segments + sum(lacing)
    ends_stream = tail[begin + 5] & OGG_END_OF_STREAM
    return max(end - len(tail), 0 if ends_stream else MAX_OGG_PAGE)


def _missing_mp4(data: BinaryIO, size: int) -> int:
    """Bytes that the last top-level box promises beyond the end."""
    position = 0
    while position + 8 <= size:
        data.seek(position)
        length, _ = struct.unpack(">I4s", data.read(8))
        if length == 1:
            length = int.from_bytes(data.read(8))
        if length == 0:  # to the end of the file
            return 0
        if length < 8:  # noqa: PLR2004  # not a box any more; ffprobe judges
            return 0
        position += length
    return position - size
