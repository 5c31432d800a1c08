"""Samples, and WAV files chunk by chunk, as other programs write them."""

from __future__ import annotations

import array
import math
import struct
from functools import cache

RATE_HZ = 44_100
# RFC 2361 and Microsoft's mmreg.h.
PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
_PCM_GUID = bytes.fromhex("0100000000001000800000aa00389b71")
UNKNOWN = 0xFFFFFFFF


@cache
def tone(
    seconds: float = 0.5, channels: int = 1, level: float = 0.5, hertz: float = 441, rate_hz: int = RATE_HZ
) -> bytes:
    """Return a tone of 16 bits, little-endian; 441 Hz has 100 samples a period, and reaches its peak."""
    step = 2 * math.pi * hertz / rate_hz
    wave = (round(32767 * level * math.sin(step * n)) for n in range(round(seconds * rate_hz)))
    return array.array("h", (sample for sample in wave for _ in range(channels))).tobytes()


def swapped(samples: bytes) -> bytes:
    """Return samples of 16 bits in the other byte order."""
    other = array.array("h", samples)
    other.byteswap()
    return other.tobytes()


def floats(*samples: float) -> bytes:
    """Return samples as 32-bit floats."""
    return struct.pack(f"<{len(samples)}f", *samples)


def chunk(
    name: bytes, content: bytes, size: int | None = None, pad: bytes = b"\0", order: str = "<"
) -> bytes:
    """Return a chunk of RIFF; `size` is what it claims, and `pad` follows an odd content."""
    claimed = len(content) if size is None else size
    return name + struct.pack(f"{order}I", claimed) + content + (pad if len(content) % 2 else b"")


def fmt(
    tag: int = PCM,
    channels: int = 1,
    rate_hz: int = RATE_HZ,
    bits: int = 16,
    *,
    extra: bytes = b"",
    order: str = "<",
) -> bytes:
    """Return the chunk that describes the samples."""
    block = channels * bits // 8
    head = struct.pack(f"{order}HHIIHH", tag, channels, rate_hz, rate_hz * block, block, bits)
    return chunk(b"fmt ", head + extra, order=order)


def extensible(channels: int, bits: int, valid_bits: int, mask: int) -> bytes:
    """Return the description of a WAVEFORMATEXTENSIBLE."""
    extra = struct.pack("<HHI", 22, valid_bits, mask) + _PCM_GUID
    return fmt(EXTENSIBLE, channels, bits=bits, extra=extra)


def riff(*chunks: bytes, size: int | None = None, magic: bytes = b"RIFF", order: str = "<") -> bytes:
    """Return a WAV of these chunks; `size` is what it claims."""
    body = b"WAVE" + b"".join(chunks)
    return magic + struct.pack(f"{order}I", len(body) if size is None else size) + body


def wav(samples: bytes, description: bytes | None = None, *rest: bytes) -> bytes:
    """Return an ordinary WAV, with further chunks after the samples."""
    return riff(description or fmt(), chunk(b"data", samples), *rest)


def ds64(data_bytes: int, samples: int) -> bytes:
    """Return the chunk that has the true sizes of an RF64 or BW64 file."""
    riff_bytes = data_bytes + 72 if data_bytes else 0
    return chunk(b"ds64", struct.pack("<QQQI", riff_bytes, data_bytes, samples, 0))
