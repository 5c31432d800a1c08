"""A minimal Matroska writer, for files that no valid program would write."""

from __future__ import annotations

import struct
import zlib

AUDIO = bytes(16_000)


def element(name: int, content: bytes | int) -> bytes:
    data = content.to_bytes(8) if isinstance(content, int) else content
    return name.to_bytes((name.bit_length() + 7) // 8) + (1 << 56 | len(data)).to_bytes(8) + data


def real(name: int, value: float) -> bytes:
    return element(name, struct.pack(">d", value))


HEADER = element(0x1A45DFA3, element(0x4282, b"matroska") + element(0x4287, 4) + element(0x4285, 2))


def track(number: int, *more: bytes) -> bytes:
    """16-bit PCM, mono, 8 kHz."""
    audio = element(0xE1, real(0xB5, 8000) + element(0x9F, 1) + element(0x6264, 16))
    codec = element(0x86, b"A_PCM/INT/LIT")
    numbers = element(0xD7, number) + element(0x73C5, number) + element(0x83, 2)
    return element(0xAE, numbers + codec + audio + b"".join(more))


def cluster(content: bytes = AUDIO) -> bytes:
    return element(0x1F43B675, element(0xE7, 0) + element(0xA3, b"\x81\0\0\x80" + content))


def matroska(tracks: bytes, blocks: bytes, *more: bytes, seconds: float = 1.0) -> bytes:
    info = element(0x1549A966, element(0x2AD7B1, 1_000_000) + real(0x4489, 1000 * seconds))
    return HEADER + element(0x18538067, info + b"".join(more) + element(0x1654AE6B, tracks) + blocks)


def linked(url: str) -> bytes:
    """Return a segment that claims to continue in another file, with a chapter there."""
    names = element(0x7384, url.encode()) + element(0x3C83AB, url.encode()) + element(0x3E83BB, url.encode())
    info = element(0x1549A966, names + element(0x3CB923, b"p" * 16) + element(0x3EB923, b"n" * 16))
    atom = element(0xB6, element(0x73C4, 1) + element(0x91, 0) + element(0x6E67, b"n" * 16))
    ordered = element(0x1043A770, element(0x45B9, element(0x45DD, 1) + atom))
    return matroska(track(1), cluster(), info, ordered)


def attached(url: str) -> bytes:
    """Return a file with an attachment whose type and name are addresses."""
    address = url.encode()
    names = element(0x466E, address) + element(0x4660, b"-->") + element(0x465C, address)
    return matroska(track(1), cluster(), element(0x1941A469, element(0x61A7, names + element(0x46AE, 1))))


def many_tracks(count: int) -> bytes:
    return matroska(b"".join(track(n + 1) for n in range(count)), cluster())


def zlib_bomb(size: int) -> bytes:
    """Return a file with 20 copies of a block that decompresses to a thousand times its size."""
    packed = element(0x6D80, element(0x6240, element(0x5031, 0) + element(0x5034, element(0x4254, 0))))
    return matroska(track(1, packed), cluster(zlib.compress(bytes(size), 9)) * 20)


def nested(depth: int) -> bytes:
    """Return a file with chapters within chapters."""
    atom = b""
    for _ in range(depth):
        atom = element(0xB6, element(0x73C4, 1) + element(0x91, 0) + atom)
    return matroska(track(1), cluster(), element(0x1043A770, element(0x45B9, atom)))
