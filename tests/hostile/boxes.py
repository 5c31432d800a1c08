"""MP4 boxes, to take honest files apart and put them together again as somebody hostile would."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NESTED = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"udta"})


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each."""
    position = 0
    while position + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        yield name, data[position + 8 : position + length]
        position += length


def changed(data: bytes, name: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same boxes, but the content of every one of that name changed; lengths above it follow."""
    out = b""
    for found, content in boxes(data):
        if found == name:
            out += box(found, change(content))
        else:
            out += box(found, changed(content, name, change) if found in _NESTED else content)
    return out


def alias(path: str) -> bytes:
    """A `dref` with one QuickTime alias record, as the Finder writes it, of an absolute path.

    The layout is that of Apple's AliasRecord, version 2: 150 fixed bytes, then tagged fields.
    """
    name = path.rpartition("/")[2].encode()
    fixed = bytes(4) + struct.pack(">HHH", 0, 2, 0) + b"\4disk".ljust(28, b"\0") + bytes(4) + b"H+" + bytes(6)
    fixed += bytes([len(name)]) + name[:63].ljust(63, b"\0") + bytes(40)
    fields = b""
    for tag, text in ((2, path.replace("/", ":").encode()), (18, path.encode()), (14, path.encode())):
        fields += struct.pack(">HH", tag, len(text)) + text + b"\0" * (len(text) % 2)
    content = bytes(4) + fixed + fields + struct.pack(">HH", 0xFFFF, 0)
    return bytes(4) + struct.pack(">I", 1) + box(b"alis", content)


def address(url: str) -> bytes:
    """A `dref` with one URL that is not the file itself."""
    return bytes(4) + struct.pack(">I", 1) + box(b"url ", bytes(4) + url.encode() + b"\0")
