"""How much of an output's beginning stays in its file: what muxers rewrite last, and what a probe reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from ..containers.flac import flac_audio_begin
from ..containers.id3 import tag_bytes
from .sparse_file import BLOCK_BYTES

if TYPE_CHECKING:
    from pathlib import Path

_OGG_HEADER = 27
_MAX_PAGES = 2000


def header_bytes(file: Path, audio_bytes: int) -> int:
    """Return the length of the header of a file that is being written, in whole blocks.

    Args:
        file: as far as it is written.
        audio_bytes: to keep behind tags and cover, for the Xing frame and for a probe.
    """
    with file.open("rb") as data:
        magic = data.read(4)
        if magic[:3] == b"ID3":
            begin = tag_bytes(data)
        elif magic == b"fLaC":
            begin = flac_audio_begin(data, file.stat().st_size)
        else:
            begin = _ogg_audio_begin(data) if magic == b"OggS" else 0
    return -(-(begin + audio_bytes) // BLOCK_BYTES) * BLOCK_BYTES


def _ogg_audio_begin(data: BinaryIO) -> int:
    """Return where the first page with a granule position begins; those of headers have none (RFC 3533)."""
    position = 0
    for _ in range(_MAX_PAGES):
        data.seek(position)
        page = data.read(_OGG_HEADER)
        if page[:4] != b"OggS" or int.from_bytes(page[6:14], "little", signed=True) > 0:
            break
        lacing = data.read(page[26])
        position += _OGG_HEADER + len(lacing) + sum(lacing)
    return position
