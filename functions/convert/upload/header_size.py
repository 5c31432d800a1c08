"""How much of an output's beginning stays in its file: what muxers rewrite last, and what a probe reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..containers.chunked.chunks import MATROSKA_SEGMENT, big, ebml, little, walk
from ..containers.flac import flac_audio_begin
from ..containers.id3 import tag_bytes
from ..containers.reader import reading
from .sparse_file import BLOCK_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..containers.chunked.chunks import Header
    from ..containers.reader import Reader

# Where the first chunk is, and the name of the one with the audio.
_CHUNKS: dict[bytes, tuple[int, Callable[[bytes, int], Header], bytes]] = {
    b"RIFF": (12, little, b"data"),
    b"RF64": (12, little, b"data"),
    b"FORM": (12, big, b"SSND"),
}
_MATROSKA, _CLUSTER = b"\x1a\x45\xdf\xa3", b"\x1f\x43\xb6\x75"
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
    if magic == b"OggS":
        return _ogg_audio_begin(data)
    if magic == _MATROSKA:
        segment = _behind_tags(data, 0, ebml, MATROSKA_SEGMENT)
        return _behind_tags(data, segment, ebml, _CLUSTER)
    return _behind_tags(data, *_CHUNKS[magic]) if magic in _CHUNKS else 0


def _behind_tags(data: Reader, begin: int, header: Callable[[bytes, int], Header], audio: bytes) -> int:
    """Return where the content of the chunk with the audio begins; the end of all chunks before it so far."""
    for chunk in walk(data, begin, data.size, header):
        if chunk.name == audio:
            return chunk.begin
        begin = chunk.begin + chunk.length
    return begin


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
