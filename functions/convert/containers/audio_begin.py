"""Where the audio of a file begins, by the file or by its first bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .chunked.chunks import MATROSKA_SEGMENT, big, box, ebml, little, walk
from .flac.stream import flac_audio_begin
from .id3 import tag_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from .chunked.chunks import Header
    from .reader import Reader

# Where the first chunk is, and the name of the one with the audio.
CHUNKS: dict[bytes, tuple[int, Callable[[bytes, int], Header], bytes]] = {
    b"RIFF": (12, little, b"data"),
    b"RF64": (12, little, b"data"),
    b"FORM": (12, big, b"SSND"),
}
_MATROSKA, _CLUSTER = b"\x1a\x45\xdf\xa3", b"\x1f\x43\xb6\x75"
_OGG_HEADER = 27
_MAX_PAGES = 2000


def audio_begin(data: Reader) -> int:
    """Return where audio begins, behind tags and cover.

    If the data ends before it, return where the tag or cover ends that is cut there.
    """
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
    if data.at(4, 4) == b"ftyp":
        return _behind_tags(data, 0, box, b"mdat")
    return _behind_tags(data, *CHUNKS[magic]) if magic in CHUNKS else 0


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
