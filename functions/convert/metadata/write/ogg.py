"""The packet with the comments of an Ogg file that ffmpeg has written, replaced in its pages (RFC 3533)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ...containers.reader import Reader

_HEADER, _CRC_AT, _LARGEST_SEGMENT = 27, 22, 255
# A packet of 16 MiB has 260 pages.
_MAX_PAGES = 2000
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class Packet:
    """Where the pieces of a packet are.

    Attributes:
        pieces: begin and length of each.
        pages: begin and length of the pages that have them.
    """

    pieces: tuple[tuple[int, int], ...]
    pages: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return sum(length for _, length in self.pieces)


def comment_packet(data: Reader) -> Packet | None:
    """Return the second packet of a file with one stream; None if its pages are not there."""
    pieces: list[tuple[int, int]] = []
    pages: list[tuple[int, int]] = []
    position, packet = 0, 0
    for _ in range(_MAX_PAGES):
        head = data.at(position, _HEADER + 255)
        if head[:4] != b"OggS" or len(head) < _HEADER:
            break
        lacing = head[_HEADER : _HEADER + head[26]]
        at = position + _HEADER + len(lacing)
        size = _HEADER + len(lacing) + sum(lacing)
        for segment in lacing:
            if packet == 1:
                pieces.append((at, segment))
                if (position, size) not in pages[-1:]:
                    pages.append((position, size))
            at += segment
            packet += segment < _LARGEST_SEGMENT
        if packet > 1:
            return Packet(tuple(_joined(pieces)), tuple(pages))
        position += size
    return None


def write_packet(file: Path, packet: Packet, content: bytes) -> None:
    """Write content of the same length into a packet, and the checksums of its pages."""
    rest = memoryview(content)
    with file.open("r+b") as changed:
        for begin, length in packet.pieces:
            changed.seek(begin)
            changed.write(rest[:length])
            rest = rest[length:]
        for begin, length in packet.pages:
            changed.seek(begin)
            page = bytearray(changed.read(length))
            page[_CRC_AT : _CRC_AT + 4] = bytes(4)
            changed.seek(begin + _CRC_AT)
            changed.write(checksum(bytes(page)).to_bytes(4, "little"))


def checksum(page: bytes) -> int:
    """Return the CRC of a page whose own is zero: that of zlib, but for the order of bits and the start."""
    mirrored = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def _joined(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the pieces with those that follow each other as one."""
    joined: list[tuple[int, int]] = []
    for begin, length in pieces:
        if joined and sum(joined[-1]) == begin:
            joined[-1] = (joined[-1][0], joined[-1][1] + length)
        else:
            joined.append((begin, length))
    return joined
