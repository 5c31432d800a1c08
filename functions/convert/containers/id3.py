"""ID3v2: where tags lie in a file, their frames, and the content of frames.

Versions 2.2, 2.3 and 2.4 (id3.org): extended headers, unsynchronisation of a whole tag or of one frame, data
length indicators, compression. Where programs write something else than they say, the bytes decide.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .reader import MAX_READ_BYTES, Reader, read_long

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER, _MAX_TAGS = 10, 8
# A podcast or an audiobook has a frame for each chapter.
_MAX_FRAMES = 5000
# Of a tag that is unsynchronised as a whole, which has to be in memory.
_MAX_UNSYNCHRONISED = 24 << 20
# Flags of a tag. In version 2.2, `_EXTENDED` says that it is compressed, in a way that was never defined.
_UNSYNCHRONISED, _EXTENDED, _FOOTER = 0x80, 0x40, 0x10
# Flags of a frame: compressed, encrypted, grouped; in version 2.4 also unsynchronised, with its length first.
_FLAGS = {3: (0x80, 0x40, 0x20, 0, 0), 4: (0x08, 0x04, 0x40, 0x02, 0x01)}
_SYNC = re.compile(rb"\xff[\xe0-\xff]")
# Containers that begin with an ID3 tag, if they have one.
ID3_CONTAINERS = frozenset({"mp3", "aac"})


@dataclass(frozen=True, slots=True)
class Id3Tag:
    """A tag: where its frames begin and end.

    Attributes:
        data: the file, or the tag without unsynchronisation.
        version: 2, 3 or 4.
        is_unsynchronised: whether each frame is, in version 2.4.
    """

    data: Reader
    begin: int
    end: int
    version: int
    is_unsynchronised: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame: its name of three letters in version 2.2, of four in others, and where its content is."""

    name: str
    begin: int
    size: int
    flags: int = 0


def tag_bytes(data: Reader, begin: int = 0) -> int:
    """Return the length of the tag that begins there; 0 if none does."""
    head = data.at(begin, _HEADER)
    if head[:3] != b"ID3" or len(head) < _HEADER or head[3] == 0xFF:  # noqa: PLR2004  # never a version
        return 0
    footer = _HEADER if head[3] == 4 and head[5] & _FOOTER else 0  # noqa: PLR2004  # since version 2.4
    return _HEADER + syncsafe(head[6:10]) + footer


def id3_tags(data: Reader, begin: int = 0) -> Iterator[Id3Tag]:
    """Yield the tags that follow each other from there on; programs that do not know one add another."""
    for _ in range(_MAX_TAGS):
        length = tag_bytes(data, begin)
        if not length:
            return
        if tag := _tag(data, begin):
            yield tag
        begin += length


def frames_of(tag: Id3Tag) -> Iterator[Frame]:
    """Yield the frames up to the padding; one that the end cuts off is none."""
    position, header = tag.begin, 6 if tag.version == 2 else _HEADER  # noqa: PLR2004  # 2.2
    for _ in range(_MAX_FRAMES):
        head = tag.data.at(position, header) if position + header <= tag.end else b""
        name = head[: header // 2 if header == 6 else 4]  # noqa: PLR2004  # as above
        if len(head) < header or not name.rstrip(b"\0 ").isalnum():
            return
        size = _size(tag, position, head)
        if position + header + size > min(tag.end, tag.data.size):
            return
        flags = 0 if header == 6 else head[9]  # noqa: PLR2004  # as above
        yield Frame(name.rstrip(b"\0 ").decode("ascii"), position + header, size, flags)
        position += header + size


def content(tag: Id3Tag, frame: Frame, most: int = MAX_READ_BYTES) -> bytes | None:
    """Return what a frame holds; None if it is encrypted, broken or longer than `most`."""
    compressed, encrypted, grouped, unsynchronised, stated = (
        flag & frame.flags for flag in _FLAGS.get(tag.version, (0, 0, 0, 0, 0))
    )
    if encrypted or frame.size > most:
        return None
    body = read_long(tag.data, frame.begin, frame.size)
    is_4 = tag.version == 4  # noqa: PLR2004  # 2.4
    before = (1 if grouped else 0) + (4 if stated or (compressed and not is_4) else 0)
    body = body[before:]
    if unsynchronised or tag.is_unsynchronised:
        body = _synchronised(body)
    return _inflated(body, most) if compressed else body


def syncsafe(data: bytes) -> int:
    """Return a number of seven bits a byte."""
    return sum((byte & 0x7F) << 7 * (len(data) - 1 - place) for place, byte in enumerate(data))


def _tag(data: Reader, begin: int) -> Id3Tag | None:
    head = data.at(begin, _HEADER)
    version, flags = head[3], head[5]
    if version not in {2, 3, 4} or (version == 2 and flags & _EXTENDED):  # noqa: PLR2004  # 2.2
        return None
    first, end = begin + _HEADER, begin + _HEADER + syncsafe(head[6:10])
    is_unsynchronised = bool(flags & _UNSYNCHRONISED)
    if is_unsynchronised and version < 4:  # noqa: PLR2004  # since 2.4, each frame is
        if end - first > _MAX_UNSYNCHRONISED:
            return None
        whole = _synchronised(read_long(data, first, end - first))
        data, first, end, is_unsynchronised = data.part(whole), 0, len(whole), False
    if flags & _EXTENDED:
        first += _extended_bytes(data.at(first, 4), version)
    return Id3Tag(data, first, end, version, is_unsynchronised)


def _extended_bytes(size: bytes, version: int) -> int:
    """Return the length of an extended header, which counts itself in version 2.4 only.

    A frame in its place shows that there is none, despite the flag.
    """
    if size.isalnum():
        return 0
    return 4 + int.from_bytes(size) if version == 3 else syncsafe(size)  # noqa: PLR2004  # 2.3


def _size(tag: Id3Tag, position: int, head: bytes) -> int:
    """Return the size of a frame. In ID3v2.4, some programs write it as in 2.3: the next frame tells."""
    if tag.version == 2:  # noqa: PLR2004  # 2.2
        return int.from_bytes(head[3:6])
    plain, safe = int.from_bytes(head[4:8]), syncsafe(head[4:8])
    if tag.version == 3 or plain == safe:  # noqa: PLR2004  # 2.3
        return plain
    begin = position + _HEADER
    is_plain = _may_end(tag, begin + plain) and not _may_end(tag, begin + safe)
    return plain if is_plain else safe


def _may_end(tag: Id3Tag, position: int) -> bool:
    """Return whether a frame, padding or nothing follows."""
    name = tag.data.at(position, 4) if position < tag.end else b""
    is_next = name.isalnum() and name.isupper()
    return position == tag.end or (bool(name) and (is_next or not name.strip(b"\0")))


def _synchronised(body: bytes) -> bytes:
    """Undo unsynchronisation, where it was done: then no byte of 0xE0 or more follows one of 0xFF."""
    return body if _SYNC.search(body) else body.replace(b"\xff\0", b"\xff")


def _inflated(body: bytes, most: int) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(body, most)
    except zlib.error:
        return None
