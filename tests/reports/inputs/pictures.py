"""Pictures of the kinds that are found in music files."""

from __future__ import annotations

import base64
import struct
import zlib

# 16 pixels wide and high, in one colour; the second one is half transparent.
WEBP = base64.b64decode("UklGRjQAAABXRUJQVlA4ICgAAABwAQCdASoQABAAAsBMJaACdAFAAAD+645eRzvSpVf/KV/7Gv8FeVAA")
TRANSPARENT_WEBP = base64.b64decode("UklGRhwAAABXRUJQVlA4TBAAAAAvD8ADEAdQwChg/wIR0f8A")
GIF_FRAME = b",\0\0\0\0\2\0\2\0\0\2\3\x44\2\5\0"
# Two by two pixels, of two frames.
GIF = b"GIF89a\2\0\2\0\x80\0\0\xff\0\0\0\0\xff" + b"!\xf9\4\0\x0a\0\0\0" + 2 * GIF_FRAME + b";"


def png(width: int, height: int, colours: int = 2, level: int = 0) -> bytes:
    """A gradient; by default as large as its pixels, because it is not compressed."""
    row = bytes(1) + bytes(n % 251 for n in range(width * (4 if colours == 6 else 3)))
    head = struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(row * height, level)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


def bmp(width: int, height: int) -> bytes:
    """One colour, of 24 bits, without compression."""
    pixels = (b"\x40\x80\xc0" * width + bytes(-3 * width % 4)) * height
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(pixels), 0, 0, 54) + head + pixels


def huge_webp(edge: int) -> bytes:
    """A WebP of so many pixels each way, up to 16384, in 36 bytes."""
    at = TRANSPARENT_WEBP.index(b"VP8L") + 9
    flags = int.from_bytes(TRANSPARENT_WEBP[at : at + 4], "little") >> 28 << 28
    size = (flags | (edge - 1) << 14 | (edge - 1)).to_bytes(4, "little")
    return TRANSPARENT_WEBP[:at] + size + TRANSPARENT_WEBP[at + 4 :]


def animated_webp(*frames: bytes) -> bytes:
    """An animation of these WebP of 16 pixels."""
    head = bytes(6) + b"\x0f\0\0\x0f\0\0" + b"\x64\0\0\0"
    parts = [(b"VP8X", b"\x12\0\0\0\x0f\0\0\x0f\0\0"), (b"ANIM", bytes(6))]
    parts += [(b"ANMF", head + frame[12:]) for frame in frames]
    body = b"WEBP" + b"".join(name + struct.pack("<I", len(one)) + one for name, one in parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body
