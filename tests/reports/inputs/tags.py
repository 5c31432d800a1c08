"""Tags byte by byte, as other programs write them."""

from __future__ import annotations

import struct


def synchsafe(number: int) -> bytes:
    """Return a number in seven bits a byte."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def frame(name: bytes, content: bytes, version: int = 3) -> bytes:
    """Return a frame of ID3v2.3 or 2.4."""
    size = synchsafe(len(content)) if version == 4 else struct.pack(">I", len(content))
    return name + size + b"\0\0" + content


def text(name: bytes, value: str, version: int = 3) -> bytes:
    """Return a text frame in UTF-16, or in UTF-8 for version 4."""
    encoded = b"\3" + value.encode() if version == 4 else b"\1" + value.encode("utf-16")
    return frame(name, encoded, version)


def id3(*frames: bytes, version: int = 3, size: int | None = None) -> bytes:
    """Return a tag; `size` is what it claims."""
    body = b"".join(frames)
    return b"ID3" + bytes([version, 0, 0]) + synchsafe(len(body) if size is None else size) + body


def id3v1(title: str) -> bytes:
    """Return the tag of 128 bytes at the end of a file."""
    return b"TAG" + title.encode("latin-1").ljust(30, b"\0") + bytes(95)


def ape(name: str, value: str) -> bytes:
    """Return a tag of one item, with header and footer."""
    item = struct.pack("<II", len(value), 0) + name.encode() + b"\0" + value.encode()
    size, one = len(item) + 32, 1

    def end(flags: int) -> bytes:
        return b"APETAGEX" + struct.pack("<IIII", 2000, size, one, flags) + bytes(8)

    return end(0xA0000000) + item + end(0x80000000)
