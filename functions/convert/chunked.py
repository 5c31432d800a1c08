"""How many bytes a file of chunks lacks, by the lengths that its own chunks claim.

WAV and RF64, AVI, Wave64, AIFF, CAF, MP4 and QuickTime, AU, ASF, Matroska. Each function takes the open file
and its size, reads headers only, and gives the bytes that are promised beyond the end, 0 or less where none
are. Only chunks that hold sound or its index count: whatever else is cut or stuck to the end harms nobody.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A writer that cannot seek back leaves one of these as a length; sox and arecord leave one of the last.
_NEVER_WRITTEN = frozenset({0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF})
_NEVER_WRITTEN_32 = range(0x7FFF_F000, 0x8000_0001)
# Headers looked at: a file of nothing but empty chunks must not keep us.
_MOST_CHUNKS = 10_000
_W64_DATA = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_MATROSKA_SEGMENT = b"\x18\x53\x80\x67"


class Chunk(NamedTuple):
    """Its name, where its content begins, and how long that claims to be."""

    name: bytes
    begin: int
    length: int


def missing_wav(data: BinaryIO, size: int) -> int:
    """RIFF and RF64, whose `ds64` holds the length that 32 bits cannot."""
    long_length = 0
    for chunk in _walk(data, 12, size, _little):
        if chunk.name == b"ds64":
            data.seek(chunk.begin + 8)
            long_length = int.from_bytes(data.read(8), "little")
        if chunk.name == b"data":
            length = long_length or chunk.length
            unknown = length in _NEVER_WRITTEN or length in _NEVER_WRITTEN_32
            return 0 if unknown else chunk.begin + length - size
    return 0


def missing_avi(data: BinaryIO, size: int) -> int:
    """The list that holds the streams, or their headers."""
    return _beyond(_walk(data, 12, size, _little), {b"LIST"}, size)


def missing_w64(data: BinaryIO, size: int) -> int:
    """Sony Wave64."""
    return _beyond(_walk(data, 40, size, _wave64), {_W64_DATA}, size)


def missing_aiff(data: BinaryIO, size: int) -> int:
    """AIFF and AIFF-C."""
    return _beyond(_walk(data, 12, size, _big), {b"SSND"}, size)


def missing_caf(data: BinaryIO, size: int) -> int:
    """Apple's Core Audio Format; -1 says that the sound lasts to the end."""
    return _beyond(_walk(data, 8, size, _core_audio), {b"data", b"pakt"}, size)


def missing_mp4(data: BinaryIO, size: int) -> int:
    """MP4 and QuickTime: the media data and their index."""
    return _beyond(_walk(data, 0, size, _box), {b"moov", b"mdat", b"moof"}, size)


def missing_au(data: BinaryIO, size: int) -> int:
    """Sun audio: one header, then the sound."""
    data.seek(4)
    begin, length = struct.unpack(">II", data.read(8).ljust(8, b"\0"))
    return 0 if length in _NEVER_WRITTEN else begin + length - size


def missing_asf(data: BinaryIO, size: int) -> int:
    """ASF and WMA: the data object; a broadcast leaves its length at 0."""
    return _beyond(_walk(data, 0, size, _asf), {_ASF_DATA}, size)


def missing_matroska(data: BinaryIO, size: int) -> int:
    """Matroska and WebM: the segment; a live one says that it does not know."""
    return _beyond(_walk(data, 0, size, _ebml), {_MATROSKA_SEGMENT}, size)


def _beyond(chunks: Iterator[Chunk], essential: set[bytes], size: int) -> int:
    ends = (c.begin + c.length for c in chunks if c.name in essential and c.length not in _NEVER_WRITTEN)
    return max((end - size for end in ends), default=0)


def _walk(
    data: BinaryIO, position: int, size: int, header: Callable[[bytes, int], tuple[bytes, int, int, int]]
) -> Iterator[Chunk]:
    """Chunk after chunk; `header` gives name, length of header and of content, and what that pads to."""
    for _ in range(_MOST_CHUNKS):
        if position > size:  # and perhaps beyond what a seek can take
            return
        data.seek(position)
        head = data.read(24)
        if len(head) < 8:  # noqa: PLR2004  # no header is shorter
            return
        name, own, length, multiple = header(head, size - position)
        if length < 0:  # not a chunk at all: something stuck to the end, or to the end of the file
            return
        yield Chunk(name, position + own, length)
        position += own + length + -length % multiple


def _little(head: bytes, _: int) -> tuple[bytes, int, int, int]:
    name, length = struct.unpack_from("<4sI", head)
    return name, 8, length, 2


def _big(head: bytes, _: int) -> tuple[bytes, int, int, int]:
    name, length = struct.unpack_from(">4sI", head)
    return name, 8, length, 2


def _core_audio(head: bytes, _: int) -> tuple[bytes, int, int, int]:
    name, length = struct.unpack_from(">4sq", head.ljust(12, b"\0"))
    return name, 12, length, 1


def _wave64(head: bytes, _: int) -> tuple[bytes, int, int, int]:
    name, length = struct.unpack("<16sQ", head.ljust(24, b"\0"))
    return name, 24, length - 24, 8


def _asf(head: bytes, _: int) -> tuple[bytes, int, int, int]:
    name, length = struct.unpack("<16sQ", head.ljust(24, b"\0"))
    return name, 24, length - 24, 1


def _box(head: bytes, rest: int) -> tuple[bytes, int, int, int]:
    length, name = struct.unpack_from(">I4s", head)
    own = 8
    if length == 1:
        own, length = 16, int.from_bytes(head[8:16])
    elif length == 0:
        length = rest
    return name, own, length - own, 1


def _ebml(head: bytes, rest: int) -> tuple[bytes, int, int, int]:
    id_length = 9 - head[0].bit_length()
    size_length = 9 - head[id_length].bit_length() if id_length < len(head) else 9
    if max(id_length, size_length) > 8:  # noqa: PLR2004  # no such number in EBML
        return b"", 0, -1, 1
    own = id_length + size_length
    value = int.from_bytes(head[id_length:own]) - (1 << 7 * size_length)
    unknown = value == (1 << 7 * size_length) - 1
    return head[:id_length], own, rest - own if unknown else value, 1
