"""Walks through files that are made of chunks, with any form of header.

A header function takes the bytes at a position and how many the file has from there on. It returns the
chunk's name, the lengths of its header and its content, and the multiple that the content is padded to. A
negative length says that these bytes are no chunk.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..reader import Reader

    Header = tuple[bytes, int, int, int]

# A hostile file can consist of empty chunks only.
_MAX_CHUNKS = 10_000
W64_DATA = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
MATROSKA_SEGMENT = b"\x18\x53\x80\x67"


class Chunk(NamedTuple):
    """Its name, where its content begins, and the length that it claims for that."""

    name: bytes
    begin: int
    length: int


def walk(data: Reader, position: int, end: int, header: Callable[[bytes, int], Header]) -> Iterator[Chunk]:
    """Yield chunk after chunk from a position up to the end of the file, or of what holds them."""
    for _ in range(_MAX_CHUNKS):
        head = data.at(position, 24) if position < end else b""
        if len(head) < 8:  # noqa: PLR2004  # no header is shorter
            return
        name, own, length, multiple = header(head, end - position)
        if length < 0:  # not a chunk, but what another program appended
            return
        yield Chunk(name, position + own, length)
        position += own + length + -length % multiple


def little(head: bytes, _: int) -> Header:
    """RIFF: little-endian lengths, padded to 2."""
    name, length = struct.unpack_from("<4sI", head)
    return name, 8, length, 2


def big(head: bytes, _: int) -> Header:
    """AIFF: the same, big-endian."""
    name, length = struct.unpack_from(">4sI", head)
    return name, 8, length, 2


def core_audio(head: bytes, _: int) -> Header:
    """CAF: lengths of 64 bits; -1 is unknown."""
    name, length = struct.unpack_from(">4sq", head.ljust(12, b"\0"))
    return name, 12, length, 1


def wave64(head: bytes, _: int) -> Header:
    """Wave64: GUIDs, and lengths that include the header, padded to 8."""
    name, length = struct.unpack("<16sQ", head.ljust(24, b"\0"))
    return name, 24, length - 24, 8


def asf(head: bytes, _: int) -> Header:
    """ASF: the same, without padding."""
    name, length = struct.unpack("<16sQ", head.ljust(24, b"\0"))
    return name, 24, length - 24, 1


def box(head: bytes, rest: int) -> Header:
    """MP4: a length of 0 means up to the end, of 1 that 64 bits behind the name hold it."""
    length, name = struct.unpack_from(">I4s", head)
    own = 8
    if length == 1:
        own, length = 16, int.from_bytes(head[8:16])
    elif length == 0:
        length = rest
    return name, own, length - own, 1


def ebml(head: bytes, rest: int) -> Header:
    """Matroska: numbers of variable length; all ones is unknown."""
    id_length = 9 - head[0].bit_length()
    size_length = 9 - head[id_length].bit_length() if id_length < len(head) else 9
    if max(id_length, size_length) > 8:  # noqa: PLR2004  # EBML has no longer numbers
        return b"", 0, -1, 1
    own = id_length + size_length
    value = int.from_bytes(head[id_length:own]) - (1 << 7 * size_length)
    unknown = value == (1 << 7 * size_length) - 1
    return head[:id_length], own, rest - own if unknown else value, 1
