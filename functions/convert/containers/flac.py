"""Where FLAC begins and ends, and whether it is whole (RFC 9639): its header and its last frame say it.

As in `chunked`, what is asked takes the open file and its size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from .flac_frame import frame_bytes, holds_whole_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

# Room for tags behind the last frame, and for a frame of which the header does not say how long it can be.
_TAIL_BYTES = 1 << 20
_MOST_BLOCKS = 1000
# How a FLAC file begins, up to the length of its first block.
_ANOTHER = b"fLaC\0\0\0\x22"
_BLOCK_SIZES = {1: 192, **{n: 576 << (n - 2) for n in range(2, 6)}, **{n: 1 << n for n in range(8, 16)}}


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a frame lies, and what its header says (section 9.1).

    Attributes:
        at: its first byte.
        header_bytes: length of the header.
        block: samples in each channel.
        end: number of the sample after its last.
    """

    at: int
    header_bytes: int
    block: int
    end: int


@dataclass(frozen=True, slots=True)
class _StreamInfo:
    """What FLAC says of itself (section 8.2); a total of 0 is unknown."""

    largest_block: int
    largest_frame: int
    depth: int
    total: int
    audio_begin: int


def missing_flac(data: BinaryIO, size: int) -> int:
    """A byte at least if a metadata block is cut, the last sample is not there, or its frame is not whole."""
    info = _stream_info(data, size)
    if info is None or info.audio_begin > size:
        return 0 if info is None else info.audio_begin - size
    if info.total == 0:
        return 0
    _, tail = _tail(data, size, info)
    frames = list(_frames(tail, info))
    if not frames or max(frame.end for frame in frames) > info.total:  # no FLAC, or more than was announced
        return 0
    last = next((frame for frame in frames if frame.end == info.total), None)
    return 0 if last and holds_whole_frame(tail[last.at : last.at + _TAIL_BYTES]) else 1


def flac_end(data: BinaryIO, size: int) -> int:
    """Where the frame with the last sample that was announced ends; the file's size if that is not known.

    What follows is no sound, whatever it is: the frame's own checksum says that it is whole. Not so if there
    are more samples than were announced, or another file was joined: players differ, and all of it is heard.
    """
    info = _stream_info(data, size)
    if info is None or info.total == 0 or info.audio_begin > size:
        return size
    begin, tail = _tail(data, size, info)
    frames = list(_frames(tail, info))
    last = next((frame for frame in frames if frame.end == info.total), None)
    if last is None or _ANOTHER in tail[last.at :] or max(frame.end for frame in frames) > info.total:
        return size
    rest = tail[last.at : last.at + _TAIL_BYTES]
    length = frame_bytes(rest, last.header_bytes, last.block, info.depth)
    return begin + last.at + length if length else size


def _tail(data: BinaryIO, size: int, info: _StreamInfo) -> tuple[int, bytes]:
    """The last bytes in which the last frame lies, and where they begin."""
    begin = max(info.audio_begin, size - _TAIL_BYTES - info.largest_frame)
    data.seek(begin)
    return begin, data.read(size - begin)


def _stream_info(data: BinaryIO, size: int) -> _StreamInfo | None:
    """Read STREAMINFO and skip the other metadata blocks."""
    data.seek(0)
    if data.read(4) != b"fLaC":
        return None
    position, block = 4, bytes(34)
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
    depth = ((block[12] & 1) << 4 | block[13] >> 4) + 1
    return _StreamInfo(int.from_bytes(block[2:4]), int.from_bytes(block[7:10]), depth, total, position)


def _frames(tail: bytes, info: _StreamInfo) -> Iterator[_Frame]:
    for match in re.finditer(rb"\xff[\xf8\xf9]", tail):
        at = match.start()
        frame = _frame(at, tail[at : at + 16], info)
        if frame is not None:
            yield frame


def _frame(begin: int, head: bytes, info: _StreamInfo) -> _Frame | None:
    """What lies there; None if these bytes are no frame's header."""
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
    block = int.from_bytes(head[at : at + explicit]) + 1 if explicit else _BLOCK_SIZES.get(code, 0)
    at += explicit + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
    if not block or at >= len(head) or _crc8(head[:at]) != head[at]:
        return None
    is_variable = head[1] & 1
    first = number if is_variable else number * info.largest_block
    return _Frame(begin, at + 1, block, first + block)


def _crc8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


def flac_audio_begin(head: bytes) -> int:
    """Where the first frame begins, behind tags and cover, by the file's first bytes."""
    return flac_begin(BytesIO(head), len(head))


def flac_begin(data: BinaryIO, size: int) -> int:
    """As `flac_audio_begin`, of an open file."""
    info = _stream_info(data, size)
    return info.audio_begin if info else 0
