"""MP4 boxes: takes valid files apart and puts them together with hostile changes."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NESTED = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"udta"})


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of each box."""
    position = 0
    while position + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        yield name, data[position + 8 : position + length]
        position += length


def changed(data: bytes, name: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return the same boxes, with the content of every one of that name changed and lengths adapted."""
    out = b""
    for found, content in boxes(data):
        if found == name:
            out += box(found, change(content))
        else:
            out += box(found, changed(content, name, change) if found in _NESTED else content)
    return out


def alias(path: str) -> bytes:
    """Return a `dref` with one QuickTime alias record of an absolute path, as the Finder writes it.

    The layout is Apple's AliasRecord, version 2: 150 fixed bytes, then tagged fields.
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
    """Return a `dref` with a URL of another file."""
    return bytes(4) + struct.pack(">I", 1) + box(b"url ", bytes(4) + url.encode() + b"\0")
