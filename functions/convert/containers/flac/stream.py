"""Where the audio of FLAC begins and ends, and whether it is complete (RFC 9639), by header and last frame.

The functions take a reader of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from .frame import crc8, frame_bytes, holds_complete_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..reader import Reader

# Covers tags behind the last frame, and a frame whose maximum length the header does not state.
_TAIL_BYTES = 1 << 20
# 65,535 samples of 8 channels with 32 bits.
_MAX_FRAME_BYTES = 1 << 21
# What each frame begins with, and how many of these are examined. A megabyte of noise has 32.
_SYNC, _MAX_SYNCS, _SYNC_BLOCK_BYTES = re.compile(rb"\xff[\xf8\xf9]"), 1 << 15, 1 << 16
_MAX_BLOCKS, _BLOCK_HEADER, _MAGIC = 1000, 4, b"fLaC"
# The beginning of a FLAC file, up to the length of its first block.
_FILE_BEGIN = b"fLaC\0\0\0\x22"
# At the end of STREAMINFO.
_MD5_AT, _MD5_BYTES = 26, 16
_BLOCK_SIZES = {1: 192, **{n: 576 << (n - 2) for n in range(2, 6)}, **{n: 1 << n for n in range(8, 16)}}


@dataclass(frozen=True, slots=True)
class _Frame:
    """A frame, as its header describes it (section 9.1).

    Attributes:
        at: its first byte.
        header_bytes: length of the header, with its checksum.
        block: samples in each channel.
        end: number of the sample after its last one.
    """

    at: int
    header_bytes: int
    block: int
    end: int


@dataclass(frozen=True, slots=True)
class _StreamInfo:
    """The STREAMINFO block (section 8.2).

    Attributes:
        depth: bits of a sample.
        total: samples in each channel; 0 is unknown.
        audio_begin: where the first frame begins.
    """

    largest_block: int
    largest_frame: int
    depth: int
    total: int
    audio_begin: int


class Block(NamedTuple):
    """A metadata block (section 8): its type, and where its content is."""

    kind: int
    begin: int
    length: int
    is_last: bool


def metadata_blocks(data: Reader, begin: int = 0) -> Iterator[Block]:
    """Yield the metadata blocks of a FLAC that begins there; none if there is no FLAC."""
    position = begin + len(_MAGIC)
    for _ in range(_MAX_BLOCKS if data.at(begin, 4) == _MAGIC else 0):
        head = data.at(position, _BLOCK_HEADER)
        if len(head) < _BLOCK_HEADER:
            return
        block = Block(head[0] & 0x7F, position + len(head), int.from_bytes(head[1:]), bool(head[0] & 0x80))
        yield block
        if block.is_last:
            return
        position = block.begin + block.length


def flac_audio_begin(data: Reader) -> int:
    """Return where the first frame begins, behind tags and cover; 0 if this is no FLAC."""
    info = _stream_info(data)
    return info.audio_begin if info else 0


def stated_md5(data: Reader) -> bytes | None:
    """Return the checksum of the samples; None if there is none, or STREAMINFO is not at the beginning."""
    head = data.at(0, _MD5_AT + _MD5_BYTES)
    md5 = head[_MD5_AT:]
    return md5 if head.startswith(_FILE_BEGIN) and len(md5) == _MD5_BYTES and any(md5) else None


def missing_flac(data: Reader) -> int:
    """At least 1 if a metadata block is cut, the last sample is missing, or its frame is incomplete."""
    info = _stream_info(data)
    if info is None or info.audio_begin > data.size:
        return 0 if info is None else info.audio_begin - data.size
    if info.total == 0:
        return 0
    tail = _tail(data, info)
    frames = list(_frames(tail, info))
    if (
        not frames or max(frame.end for frame in frames) > info.total
    ):  # no frames, or more samples than stated
        return 0
    last = next((frame for frame in frames if frame.end == info.total), None)
    return 0 if last and holds_complete_frame(tail[last.at : last.at + _TAIL_BYTES]) else 1


def flac_audio_end(data: Reader) -> int:
    """Return where the frame with the last sample ends; the file's size if that cannot be known.

    That frame's checksum proves that it is complete, so what follows is not audio. With more samples than
    stated, or another file joined, players differ, and ffmpeg decodes all of it.
    """
    info = _stream_info(data)
    if info is None or info.total == 0 or info.audio_begin > data.size:
        return data.size
    tail = _tail(data, info)
    frames = list(_frames(tail, info))
    last = next((frame for frame in frames if frame.end == info.total), None)
    is_joined = last is not None and tail.find(_FILE_BEGIN, last.at) >= 0
    if last is None or is_joined or max(frame.end for frame in frames) > info.total:
        return data.size
    rest = tail[last.at : last.at + _TAIL_BYTES]
    length = frame_bytes(rest, last.header_bytes, last.block, info.depth)
    return data.size - len(tail) + last.at + length if length else data.size


def _tail(data: Reader, info: _StreamInfo) -> bytes:
    """Return the end of the file, with the last frame in it."""
    longest = _TAIL_BYTES + min(info.largest_frame, _MAX_FRAME_BYTES)
    return data.tail(min(longest, data.size - info.audio_begin))


def _stream_info(data: Reader) -> _StreamInfo | None:
    """Read STREAMINFO and skip the other metadata blocks."""
    blocks = list(metadata_blocks(data))
    if data.at(0, 4) != _MAGIC:
        return None
    position = blocks[-1].begin + blocks[-1].length if blocks else len(_MAGIC)
    if not blocks or (not blocks[-1].is_last and len(data.at(position, _BLOCK_HEADER)) < _BLOCK_HEADER):
        position = max(position, data.size) + 1
    block = (data.at(blocks[0].begin, 34) if blocks else b"").ljust(34, b"\0")
    total = int.from_bytes(block[13:18]) & ((1 << 36) - 1)
    depth = ((block[12] & 1) << 4 | block[13] >> 4) + 1
    return _StreamInfo(int.from_bytes(block[2:4]), int.from_bytes(block[7:10]), depth, total, position)


def _frames(tail: bytes, info: _StreamInfo) -> Iterator[_Frame]:
    for at in _syncs(tail):
        frame = _frame(at, tail[at : at + 16], info)
        if frame is not None:
            yield frame


def _syncs(tail: bytes) -> list[int]:
    """Return where frames may begin: the last places, where there are too many."""
    blocks: list[list[int]] = []
    for end in range(len(tail), 0, -_SYNC_BLOCK_BYTES):
        begin = max(0, end - _SYNC_BLOCK_BYTES)
        blocks.append([match.start() for match in _SYNC.finditer(tail, begin, end + 1)])
        if sum(map(len, blocks)) > _MAX_SYNCS:
            break
    return list(chain.from_iterable(reversed(blocks)))[-_MAX_SYNCS:]


def _frame(begin: int, head: bytes, info: _StreamInfo) -> _Frame | None:
    """Return the frame that begins there; None if these bytes are no frame's header."""
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
    if not block or at >= len(head) or crc8(head[:at]) != head[at]:
        return None
    is_variable = head[1] & 1
    first = number if is_variable else number * info.largest_block
    return _Frame(begin, at + 1, block, first + block)
