"""What a picture's own bytes say: whether it may be transparent, and the first frame of an animation."""

from __future__ import annotations

import struct

from ...containers.chunked.chunks import little, walk
from ...containers.reader import Reader

_PNG, _GIF = b"\x89PNG\r\n\x1a\n", b"GIF8"
# Of a PNG: kinds of colours with an alpha channel, and the chunk that makes single ones transparent.
_COLOURS_AT, _WITH_ALPHA, _TRANSPARENT, _HEAD_BYTES = 25, {b"\4", b"\6"}, b"tRNS", 4096
# Of a WebP (RFC 9649): its parts, flags, and what precedes the picture in a frame.
_RIFF, _WEBP = b"RIFF", b"WEBP"
_EXTENDED, _FRAME, _ALPHA, _LOSSLESS = b"VP8X", b"ANMF", b"ALPH", b"VP8L"
_PIXELS = frozenset({_ALPHA, _LOSSLESS, b"VP8 "})
_ALPHA_FLAG, _ANIMATED_FLAG, _FRAME_HEADER = 0x10, 0x02, 16
# A lossless picture has its flag behind two sizes of 14 bits.
_LOSSLESS_ALPHA_BYTE, _LOSSLESS_ALPHA = 4, 0x10


def may_be_transparent(data: bytes) -> bool:
    """Return whether a picture may have transparent pixels, which a JPEG has not."""
    if data.startswith(_PNG):
        has_alpha = data[_COLOURS_AT : _COLOURS_AT + 1] in _WITH_ALPHA
        return has_alpha or _TRANSPARENT in data[:_HEAD_BYTES]
    return data.startswith(_GIF) or any(_has_alpha(name, content) for name, content in _parts(data))


def still(data: bytes) -> bytes:
    """Return an animated WebP as its first frame, because ffmpeg reads no animation; others as they are."""
    parts = _parts(data)
    flags = next((content[:1] for name, content in parts if name == _EXTENDED), b"")
    frame = next((content for name, content in parts if name == _FRAME), b"")
    if not (flags and flags[0] & _ANIMATED_FLAG and frame):
        return data
    inner = [part for part in _parts_from(frame, _FRAME_HEADER) if part[0] in _PIXELS]
    if any(name == _ALPHA for name, _ in inner):
        # Width and height less one, as the frame has them.
        inner.insert(0, (_EXTENDED, bytes([_ALPHA_FLAG, 0, 0, 0]) + frame[6:12]))
    body = _WEBP + b"".join(_part(name, content) for name, content in inner)
    return _RIFF + struct.pack("<I", len(body)) + body


def _has_alpha(name: bytes, content: bytes) -> bool:
    if name == _EXTENDED:
        return bool(content[:1] and content[0] & _ALPHA_FLAG)
    at = _LOSSLESS_ALPHA_BYTE
    return name == _LOSSLESS and len(content) > at and bool(content[at] & _LOSSLESS_ALPHA)


def _parts(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return the parts of a WebP; none of other pictures."""
    return _parts_from(data, 12) if data[:4] == _RIFF and data[8:12] == _WEBP else []


def _parts_from(data: bytes, begin: int) -> list[tuple[bytes, bytes]]:
    chunks = list(walk(Reader.of(data), begin, len(data), little))
    return [(one.name, data[one.begin : one.begin + one.length]) for one in chunks]


def _part(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
