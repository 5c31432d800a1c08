"""Where a FLAC frame ends (RFC 9639, section 9): its bits are parsed, not decoded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

_DEPTHS = {1: 8, 2: 12, 4: 16, 5: 20, 6: 24, 7: 32}
# Codes of channel pairs, and which of the two is the difference, which has one bit more.
_SIDE = {8: 1, 9: 0, 10: 1}
_FIXED, _LINEAR = range(8, 13), range(32, 64)
_CRC_BYTES = 2


@dataclass
class _Bits:
    """A reader of bits; raises IndexError beyond the end."""

    text: str
    position: int = 0

    def number(self, count: int) -> int:
        self.skip(count)
        return int(self.text[self.position - count : self.position] or "0", 2)

    def skip(self, count: int) -> None:
        self.position += count
        if self.position > len(self.text):
            raise IndexError

    def zeros(self) -> int:
        """Read up to and including the next one bit; return the number of zeros before it."""
        begin, found = self.position, self.text.find("1", self.position)
        if found < 0:
            raise IndexError
        self.position = found + 1
        return found - begin


def frame_bytes(frame: bytes, header_bytes: int, block: int, depth: int) -> int | None:
    """Return the length of the frame at the start of these bytes; None if it is not complete.

    Args:
        frame: from its sync code on.
        header_bytes: length of its header, with the checksum.
        block: samples in each channel, by its header.
        depth: bits of a sample, by STREAMINFO, which a header may refer to.
    """
    code, bits_code = frame[3] >> 4, frame[3] >> 1 & 7
    channels = 2 if code in _SIDE else code + 1
    bits = _Bits(f"{int.from_bytes(frame[header_bytes:]):0{8 * (len(frame) - header_bytes)}b}")
    try:
        for channel in range(channels):
            side = _SIDE.get(code) == channel
            _subframe(bits, block, _DEPTHS.get(bits_code, depth) + side)
    except (IndexError, ValueError):
        return None
    end = header_bytes + -(-bits.position // 8) + _CRC_BYTES
    return end if end <= len(frame) and _crc16(frame[:end]) == 0 else None


def _subframe(bits: _Bits, block: int, depth: int) -> None:
    kind = bits.number(7)  # with the zero bit before it
    depth -= bits.zeros() + 1 if bits.number(1) else 0
    if kind == 0:
        bits.skip(depth)
    elif kind == 1:
        bits.skip(depth * block)
    elif kind in _FIXED:
        _residual(bits, block, _warm_up(bits, kind - _FIXED.start, depth))
    elif kind in _LINEAR:
        order = _warm_up(bits, kind - _LINEAR.start + 1, depth)
        precision = bits.number(4) + 1
        bits.skip(5 + precision * order)
        _residual(bits, block, order)
    else:
        raise ValueError(kind)


def _warm_up(bits: _Bits, order: int, depth: int) -> int:
    bits.skip(order * depth)
    return order


def _residual(bits: _Bits, block: int, order: int) -> None:
    """Skip Rice codes: a unary quotient, and as many bits as the partition's parameter says."""
    parameter_bits = 5 if bits.number(2) else 4
    partitions = 1 << bits.number(4)
    for partition in range(partitions):
        parameter = bits.number(parameter_bits)
        count = block // partitions - (0 if partition else order)
        if count < 0:
            raise ValueError(count)
        if parameter == (1 << parameter_bits) - 1:
            bits.skip(count * bits.number(5))
            continue
        for _ in range(count):
            bits.zeros()
            bits.position += parameter
    bits.skip(0)


def holds_complete_frame(rest: bytes) -> bool:
    """Return whether any prefix of these bytes ends with its own checksum, as a complete frame does."""
    crc, table = 0, _crc_table(16, 0x8005)
    for count, byte in enumerate(rest):
        crc = (crc << 8 & 0xFF00) ^ table[crc >> 8 ^ byte]
        if crc == 0 and count > 8:  # noqa: PLR2004  # a header and a subframe are longer
            return True
    return False


def crc8(data: bytes) -> int:
    """Return the checksum of a frame's header (section 9.1.8)."""
    crc, table = 0, _crc_table(8, 0x07)
    for byte in data:
        crc = table[crc ^ byte]
    return crc


def _crc16(data: bytes) -> int:
    """Return the checksum of a frame; 0 for a complete frame with its checksum."""
    crc, table = 0, _crc_table(16, 0x8005)
    for byte in data:
        crc = (crc << 8 & 0xFF00) ^ table[crc >> 8 ^ byte]
    return crc


@cache
def _crc_table(bits: int, polynomial: int) -> list[int]:
    """Return the checksum of each byte, highest bit first."""
    table, top, mask = [], 1 << (bits - 1), (1 << bits) - 1
    for byte in range(256):
        crc = byte << (bits - 8)
        for _ in range(8):
            crc = (crc << 1 ^ (polynomial if crc & top else 0)) & mask
        table.append(crc)
    return table
