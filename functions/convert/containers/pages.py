"""How much a file of frames, blocks or pages lacks: Ogg, WavPack and FLV say it in one place or another.

As in `chunked`, each function takes the open file and its size and gives the bytes that are missing, 0 where
none are, or where the file does not say. What is stuck to the end (ID3v1, APE tags, padding) is no fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

# An Ogg page is at most 27 + 255 + 255 * 255 bytes (RFC 3533).
_MAX_OGG_PAGE = 65_307
# Of the first page of a stream; all of them come before anything else.
_OGG_BEGINS, _MOST_STREAMS = 2, 64
_FLV_HEADER = 11
# A day of them.
_MOST_WAVPACK_BLOCKS = 1 << 18


def missing_ogg(data: BinaryIO, size: int) -> int:
    """Bytes of the last page. A stream that nobody ended is whole as long as its last page is."""
    data.seek(max(0, size - 2 * _MAX_OGG_PAGE))
    tail = data.read()
    begin = tail.rfind(b"OggS")
    if begin < 0:
        return 0
    segments = tail[begin + 26] if len(tail) > begin + 26 else 0
    lacing = tail[begin + 27 : begin + 27 + segments]
    return begin + 27 + segments + sum(lacing) - len(tail)


def ogg_is_joined(data: BinaryIO, size: int) -> bool:
    """Whether files were joined to one: the last page is of a stream that does not begin at the beginning."""
    serials, position = set(), 0
    for _ in range(_MOST_STREAMS):
        data.seek(position)
        page = data.read(27 + 255)
        if page[:4] != b"OggS" or not page[5] & _OGG_BEGINS:
            break
        serials.add(page[14:18])
        position += 27 + page[26] + sum(page[27 : 27 + page[26]])
    data.seek(max(0, size - 2 * _MAX_OGG_PAGE))
    tail = data.read()
    last = tail.rfind(b"OggS")
    return bool(serials) and last >= 0 and tail[last + 14 : last + 18] not in serials


def flv_ends_whole(data: BinaryIO, size: int) -> bool:
    """Whether FLV ends with a tag and its length, as each tag does."""
    data.seek(max(0, size - 4))
    length = int.from_bytes(data.read(4))
    data.seek(max(0, size - 4 - length))
    return int.from_bytes(data.read(4)[1:]) + _FLV_HEADER == length


def missing_wavpack(data: BinaryIO, size: int) -> int:
    """Bytes of the last block; each says how long it is. What follows them, tags for example, is none."""
    position = 0
    for _ in range(_MOST_WAVPACK_BLOCKS):
        data.seek(position)
        head = data.read(8)
        if head[:4] != b"wvpk":
            break
        position += 8 + max(24, int.from_bytes(head[4:8], "little"))
    return position - size
