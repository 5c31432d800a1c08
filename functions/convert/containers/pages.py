"""How much an Ogg or WavPack file lacks, by its last page or block, and whether Ogg or FLV is what it seems.

As in `chunk_lengths`, each function takes a reader of the file, and returns the missing bytes: 0 where
none are, or where the file does not say. Data appended to the end (ID3v1, APE tags, padding) does no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .reader import Reader

# An Ogg page has at most 27 + 255 + 255 * 255 bytes (RFC 3533).
_OGG_HEADER, _MAX_OGG_PAGE = 27, 65_307
# A flag of a stream's first page. These pages come before all others.
_OGG_BEGINS, _OGG_ENDS, _MAX_STREAMS = 2, 4, 64
_FLV_HEADER = 11
# As many as a day of audio has.
_MAX_WAVPACK_BLOCKS = 1 << 18


def missing_ogg(data: Reader) -> int:
    """Bytes of the last page. A stream without an end flag is complete if its last page is."""
    tail = data.tail(2 * _MAX_OGG_PAGE)
    begin = tail.rfind(b"OggS")
    if begin < 0:
        return 0
    segments = tail[begin + 26] if len(tail) > begin + 26 else 0
    lacing = tail[begin + 27 : begin + 27 + segments]
    return begin + 27 + segments + sum(lacing) - len(tail)


def ogg_has_end(data: Reader) -> bool:
    """Return whether the last page has the flag of a stream's end."""
    tail = data.tail(2 * _MAX_OGG_PAGE)
    last = tail.rfind(b"OggS")
    return 0 <= last < len(tail) - 5 and bool(tail[last + 5] & _OGG_ENDS)


def ogg_is_joined(data: Reader) -> bool:
    """Return whether several files were joined: the last page's stream does not start at the beginning."""
    serials, position = set(), 0
    for _ in range(_MAX_STREAMS):
        page = data.at(position, _OGG_HEADER + 255)
        if page[:4] != b"OggS" or len(page) < _OGG_HEADER or not page[5] & _OGG_BEGINS:
            break
        serials.add(page[14:18])
        position += _OGG_HEADER + page[26] + sum(page[_OGG_HEADER : _OGG_HEADER + page[26]])
    tail = data.tail(2 * _MAX_OGG_PAGE)
    last = tail.rfind(b"OggS")
    return bool(serials) and last >= 0 and tail[last + 14 : last + 18] not in serials


def ogg_is_empty(data: Reader) -> bool:
    """Return whether it is an Ogg of header pages only: the position of the last one is 0."""
    tail = data.tail(2 * _MAX_OGG_PAGE)
    last = tail.rfind(b"OggS")
    return data.at(0, 4) == b"OggS" and last >= 0 and tail[last + 6 : last + 14] == bytes(8)


def is_later_page(head: bytes) -> bool:
    """Return whether a file that begins so is Ogg without the first page of its stream."""
    return head.startswith(b"OggS") and len(head) >= _OGG_HEADER and not head[5] & _OGG_BEGINS


def flv_is_complete(data: Reader) -> bool:
    """Return whether FLV ends with a tag and that tag's length, as every tag does."""
    length = int.from_bytes(data.tail(4))
    tag = data.at(max(0, data.size - 4 - length), 4)
    return int.from_bytes(tag[1:]) + _FLV_HEADER == length


def missing_wavpack(data: Reader) -> int:
    """Bytes of the last block; each states its length. What follows, such as tags, is no block."""
    position = 0
    for _ in range(_MAX_WAVPACK_BLOCKS):
        head = data.at(position, 8)
        if head[:4] != b"wvpk":
            break
        position += 8 + max(24, int.from_bytes(head[4:8], "little"))
    return position - data.size
