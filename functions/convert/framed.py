"""How much a file of frames or pages lacks: FLAC, Ogg and MP3 say it at the beginning or the end, FLV too.

As in `chunked`, each function takes the open file and its size and gives the bytes that are missing, 0 where
none are, or where the file does not say. What is stuck to the end (ID3v1, APE tags, padding) is no fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

# An Ogg page is at most 27 + 255 + 255 * 255 bytes (RFC 3533).
_MAX_OGG_PAGE = 65_307
# Of the first page of a stream; all of them come before anything else.
_OGG_BEGINS, _MOST_STREAMS = 2, 64
_FLV_HEADER = 11
# Room for tags behind the last frame, and for a frame of which the header does not say how long it can be.
_TAIL_BYTES = 1 << 20
_MOST_BLOCKS = 1000
_FLAC_BLOCK_SIZES = {1: 192, **{n: 576 << (n - 2) for n in range(2, 6)}, **{n: 1 << n for n in range(8, 16)}}
_XING_HAS_FRAMES = 1
# Taggers and editors leave the figure as it was; what they drop is less than this.
_MP3_SLACK_RATIO, _MP3_SLACK_BYTES = 0.02, 2048


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


def is_mp3(head: bytes) -> bool:
    """Whether a file that begins so is one: a tag, or a frame of layer III."""
    return head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2)  # noqa: PLR2004  # as ISO/IEC 11172-3 has it


@dataclass(frozen=True, slots=True)
class Xing:
    """What the Xing or Info frame of an MP3 says.

    Attributes:
        begin: of the frame, behind ID3v2.
        length_at: where the file's length stands, from the frame on.
        length: it; 0 says nothing.
    """

    begin: int
    length_at: int
    length: int


def xing_of(data: BinaryIO) -> Xing | None:
    """The frame of an MP3 that counts its bytes; None where there is none."""
    begin = _id3v2_bytes(data)
    data.seek(begin)
    found = re.search(rb"(?:Xing|Info)\x00\x00\x00([\x02\x03\x06\x07\x0a\x0b\x0e\x0f])", data.read(4096))
    if found is None:
        return None
    at = begin + found.end() + (4 if found[1][0] & _XING_HAS_FRAMES else 0)
    data.seek(at)
    return Xing(begin, at, int.from_bytes(data.read(4)))


def missing_mp3(data: BinaryIO, size: int) -> int:
    """By the byte count in the Xing or Info frame; 0 where there is none."""
    if (begin := _id3v2_bytes(data)) > size:
        return begin - size
    xing = xing_of(data)
    if xing is None:
        return 0
    missing = xing.begin + xing.length - size
    return missing if missing > max(_MP3_SLACK_BYTES, xing.length * _MP3_SLACK_RATIO) else 0


def _id3v2_bytes(data: BinaryIO) -> int:
    data.seek(0)
    head = data.read(10)
    if head[:3] != b"ID3" or len(head) < 10:  # noqa: PLR2004  # the header of an ID3v2 tag
        return 0
    return 10 + sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(head[6:10]))


@dataclass(frozen=True, slots=True)
class _StreamInfo:
    """What FLAC says of itself (RFC 9639, section 8.2); a total of 0 is unknown."""

    largest_block: int
    largest_frame: int
    total: int
    audio_begin: int


def missing_flac(data: BinaryIO, size: int) -> int:
    """A byte at least if a metadata block is cut, the last sample is not there, or its frame is not whole."""
    info = _stream_info(data, size)
    if info is None or info.audio_begin > size:
        return 0 if info is None else info.audio_begin - size
    if info.total == 0:
        return 0
    begin = max(info.audio_begin, size - _TAIL_BYTES - info.largest_frame)
    data.seek(begin)
    tail = data.read()
    ends = dict(_frame_ends(tail, info))
    if not ends or max(ends.values()) > info.total:  # not FLAC frames, or more than was announced
        return 0
    last = next((at for at, end in ends.items() if end == info.total), None)
    if last is None:
        return 1
    return 0 if _holds_whole_frame(tail[last:]) else 1


def _stream_info(data: BinaryIO, size: int) -> _StreamInfo | None:
    """Read STREAMINFO and skip the other metadata blocks."""
    data.seek(0)
    if data.read(4) != b"fLaC":
        return None
    position, block = 4, b""
    for number in range(_MOST_BLOCKS):
        data.seek(position)  # each length has 24 bits: this cannot overflow
        head = data.read(4)
        if len(head) < 4:  # noqa: PLR2004  # the header of a metadata block
            position = max(position, size) + 1
            break
        if number == 0:
            block = data.read(34).ljust(34, b"\0")
        position += 4 + int.from_bytes(head[1:])
        if head[0] & 0x80:
            break
    total = int.from_bytes(block[13:18]) & ((1 << 36) - 1)
    return _StreamInfo(int.from_bytes(block[2:4]), int.from_bytes(block[7:10]), total, position)


def _frame_ends(tail: bytes, info: _StreamInfo) -> Iterator[tuple[int, int]]:
    """Where each frame begins, and the number of the sample after its last (RFC 9639, section 9.1)."""
    for match in re.finditer(rb"(?=\xff[\xf8\xf9])", tail):
        at = match.start()
        head = tail[at : at + 16]
        parsed = _frame_header(head, info)
        if parsed is not None:
            yield at, parsed


def _frame_header(head: bytes, info: _StreamInfo) -> int | None:
    """The number of the sample after the frame's last; None if these bytes are no frame's header."""
    if len(head) < 6:  # noqa: PLR2004  # no frame header is shorter
        return None
    extra = 0 if head[4] < 0x80 else 8 - (head[4] ^ 0xFF).bit_length() - 1  # noqa: PLR2004  # as in UTF-8
    if not (extra == 0 or 1 <= extra <= 6):  # noqa: PLR2004  # 36 bits at most
        return None
    number = head[4] if extra == 0 else head[4] & (0x3F >> extra)
    for byte in head[5 : 5 + extra]:
        number = number << 6 | byte & 0x3F
    at = 5 + extra
    code = head[2] >> 4
    explicit = {6: 1, 7: 2}.get(code, 0)
    block = int.from_bytes(head[at : at + explicit]) + 1 if explicit else _FLAC_BLOCK_SIZES.get(code, 0)
    at += explicit + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
    if not block or at >= len(head) or _crc8(head[:at]) != head[at]:
        return None
    is_variable = head[1] & 1
    return (number if is_variable else number * info.largest_block) + block


def _crc8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


def _holds_whole_frame(rest: bytes) -> bool:
    """Whether some beginning of these bytes ends in its own checksum: the frame is there to its last byte."""
    crc, table = 0, _crc16_table()
    for count, byte in enumerate(islice(rest, _TAIL_BYTES)):
        crc = (crc << 8 & 0xFF00) ^ table[crc >> 8 ^ byte]
        if crc == 0 and count > 8:  # noqa: PLR2004  # header and at least a subframe come first
            return True
    return False


def _crc16_table() -> list[int]:
    table = []
    for byte in range(256):
        crc = byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x8005) & 0xFFFF if crc & 0x8000 else crc << 1
        table.append(crc)
    return table


def flac_audio_begin(head: bytes) -> int:
    """Where the first frame begins, behind tags and cover, by the file's first bytes."""
    return flac_begin(BytesIO(head), len(head))


def flac_begin(data: BinaryIO, size: int) -> int:
    """As `flac_audio_begin`, of an open file."""
    info = _stream_info(data, size)
    return info.audio_begin if info else 0
