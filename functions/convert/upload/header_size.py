"""How much of an output stays until the end: what its muxer writes again last, and what a probe reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from ..containers.flac import flac_begin
from .sparse_file import BLOCK_BYTES

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1 << 20
# Behind tags and cover: Xing, and sound enough for a probe. All else that is written last comes before.
SOUND_BYTES = MIB
_OGG_HEADER, _ID3_HEADER = 27, 10
_MOST_PAGES = 2000


def head_bytes(file: Path, sound_bytes: int = SOUND_BYTES) -> int:
    """Bytes from the beginning of a file that is being written, in whole blocks.

    Args:
        file: as far as it is written.
        sound_bytes: to keep behind tags and cover.
    """
    with file.open("rb") as data:
        magic = data.read(4)
        if magic[:3] == b"ID3":
            begin = _id3_end(data)
        elif magic == b"fLaC":
            begin = flac_begin(data, file.stat().st_size)
        else:
            begin = _ogg_begin(data) if magic == b"OggS" else 0
    return -(-(begin + sound_bytes) // BLOCK_BYTES) * BLOCK_BYTES


def _id3_end(data: BinaryIO) -> int:
    data.seek(6)
    return _ID3_HEADER + sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(data.read(4)))


def _ogg_begin(data: BinaryIO) -> int:
    """The first page that holds sound, or is none: those with headers have no granule position (RFC 3533)."""
    position = 0
    for _ in range(_MOST_PAGES):
        data.seek(position)
        page = data.read(_OGG_HEADER)
        if page[:4] != b"OggS" or int.from_bytes(page[6:14], "little", signed=True) > 0:
            break
        lacing = data.read(page[26])
        position += _OGG_HEADER + len(lacing) + sum(lacing)
    return position
