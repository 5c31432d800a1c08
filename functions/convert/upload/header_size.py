"""How much of an output's beginning stays in its file: what muxers rewrite last, and what a probe reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..containers.flac import flac_audio_begin
from ..containers.id3 import tag_bytes
from ..containers.reader import reading
from .sparse_file import BLOCK_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from ..containers.reader import Reader

_OGG_HEADER = 27
_MAX_PAGES = 2000


def header_bytes(file: Path, audio_bytes: int) -> int:
    """Return the length of the header of a file that is being written, in whole blocks.

    Args:
        file: as far as it is written.
        audio_bytes: to keep behind tags and cover, for the Xing frame and for a probe.
    """
    with reading(file) as data:
        begin = audio_begin(data)
    return -(-(begin + audio_bytes) // BLOCK_BYTES) * BLOCK_BYTES


def audio_begin(data: Reader) -> int:
    """Return where audio begins, behind tags and cover."""
    magic = data.at(0, 4)
    if magic[:3] == b"ID3":
        return tag_bytes(data)
    if magic == b"fLaC":
        return flac_audio_begin(data)
    return _ogg_audio_begin(data) if magic == b"OggS" else 0


def _ogg_audio_begin(data: Reader) -> int:
    """Return where the first page with a granule position begins; those of headers have none (RFC 3533)."""
    position = 0
    for _ in range(_MAX_PAGES):
        page = data.at(position, _OGG_HEADER + 255)
        is_page = page[:4] == b"OggS" and len(page) >= _OGG_HEADER
        if not is_page or int.from_bytes(page[6:14], "little", signed=True) > 0:
            break
        lacing = page[_OGG_HEADER : _OGG_HEADER + page[26]]
        position += _OGG_HEADER + len(lacing) + sum(lacing)
    return position
