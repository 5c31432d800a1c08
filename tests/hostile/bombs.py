"""Small files that claim to be large or long, or to have many parts."""

from __future__ import annotations

import struct
import zlib
from functools import cache

DAY_S = 24 * 3600
_FLAC_BLOCK, _FLAC_RATE = 65_535, 8000


def _crc(data: bytes, bits: int, polynomial: int) -> int:
    """Return the checksum of FLAC and Ogg: highest bit first, starting from zero."""
    table, mask, crc = _crc_table(bits, polynomial), (1 << bits) - 1, 0
    for byte in data:
        crc = (crc << 8 & mask) ^ table[crc >> (bits - 8) ^ byte]
    return crc


@cache
def _crc_table(bits: int, polynomial: int) -> list[int]:
    table, top, mask = [], 1 << (bits - 1), (1 << bits) - 1
    for byte in range(256):
        crc = byte << (bits - 8)
        for _ in range(8):
            crc = (crc << 1 ^ (polynomial if crc & top else 0)) & mask
        table.append(crc)
    return table


def flac_silence(seconds: int, *, states_length: bool = True) -> bytes:
    """Return mono silence at 8 kHz: 15 bytes for every eight seconds."""
    count = seconds * _FLAC_RATE // _FLAC_BLOCK
    claimed = count * _FLAC_BLOCK if states_length else 0
    info = struct.pack(">HH6x", _FLAC_BLOCK, _FLAC_BLOCK)
    info += (_FLAC_RATE << 44 | 0 << 41 | 15 << 36 | claimed).to_bytes(8) + bytes(16)
    frames = (_flac_frame(n) for n in range(count))
    return b"fLaC\x80\0\0\x22" + info + b"".join(frames)


def _flac_frame(number: int) -> bytes:
    head = b"\xff\xf8\x74\x08" + coded(number) + struct.pack(">H", _FLAC_BLOCK - 1)
    frame = head + bytes([_crc(head, 8, 0x07)]) + b"\0\0\0"
    return frame + struct.pack(">H", _crc(frame, 16, 0x8005))


def coded(number: int) -> bytes:
    """Return the number as UTF-8 would code it, surrogates included."""
    return bytes([number]) if number < 0x80 else chr(number).encode("utf-8", "surrogatepass")


def ogg_page(packets: list[bytes], granule: int, number: int, flags: int = 0, serial: int = 1) -> bytes:
    """Return a page of whole packets, each shorter than 255 bytes."""
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, granule, serial, number, 0)
    page = head + bytes([len(packets), *map(len, packets)]) + b"".join(packets)
    return page[:22] + struct.pack("<I", _crc(page, 32, 0x04C11DB7)) + page[26:]


OPUS_HEAD = b"OpusHead\1\1\0\0" + struct.pack("<IhB", 48_000, 0, 0)


def opus_silence(seconds: int) -> bytes:
    """Return two bytes for every 120 ms: six empty frames of 20 ms."""
    last = int(seconds / 0.12 / 255)
    head = ogg_page([OPUS_HEAD], 0, 0, 2) + ogg_page([b"OpusTags" + bytes(8)], 0, 1)
    silence = [b"\xfb\6"] * 255
    pages = (ogg_page(silence, n * 255 * 5760, n + 1, 4 if n == last else 0) for n in range(1, last + 1))
    return head + b"".join(pages)


def ogg_of_many_streams(streams: int) -> bytes:
    """Return so many logical streams, each with its first page only."""
    return b"".join(ogg_page([OPUS_HEAD], 0, 0, 2, serial) for serial in range(1, streams + 1))


def first_frame(adts: bytes) -> bytes:
    """Return the first frame of AAC in ADTS."""
    return adts[: (adts[3] & 3) << 11 | adts[4] << 3 | adts[5] >> 5]


def wav(rate_hz: int, channels: int, audio: bytes, bits: int = 16, claimed: int | None = None) -> bytes:
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", 1, channels, rate_hz, rate_hz * frame & 0xFFFFFFFF, frame & 0xFFFF, bits)
    length = len(audio) if claimed is None else claimed
    return (
        b"RIFF" + struct.pack("<I", len(audio) + 36) + b"WAVEfmt " + struct.pack("<I", 16) + form
        + b"data" + struct.pack("<I", length) + audio
    )  # fmt: skip


def transport_stream(programs: int) -> bytes:
    """Return MPEG-TS whose programme map lists so many audio streams, with a packet of each."""
    packets = [_section(0, b"\0\xb0\x0d\0\1\xc1\0\0\0\1\xe0\x20")]
    pids = range(0x100, 0x100 + programs)
    for begin in range(0, programs, 30):
        part = pids[begin : begin + 30]
        streams = b"".join(struct.pack(">BHH", 3, 0xE000 | pid, 0xF000) for pid in part)
        body = (
            struct.pack(">HBBBHH", 1, 0xC1 | (begin // 30 & 0x1F) << 1, 0, 0, 0xE000 | part[0], 0xF000)
            + streams
        )
        packets.append(_section(0x20, b"\2" + struct.pack(">H", 0xB000 | len(body) + 4) + body))
    pes = b"\0\0\1\xc0\0\0\x80\0\0\xff\xfb\x90\0"
    packets += [_packet(pid, pes.ljust(184, b"\xff")) for pid in pids]
    return b"".join(packets)


def _packet(pid: int, payload: bytes) -> bytes:
    return struct.pack(">BHB", 0x47, 0x4000 | pid, 0x10) + payload


def _section(pid: int, section: bytes) -> bytes:
    crc = 0xFFFFFFFF
    for byte in section:
        crc = (crc << 8 & 0xFFFFFFFF) ^ _crc_table(32, 0x04C11DB7)[crc >> 24 ^ byte]
    return _packet(pid, b"\0" + (section + struct.pack(">I", crc)).ljust(183, b"\xff"))


def id3_tag(frames: bytes) -> bytes:
    """Return an ID3v2.3 tag with these frames."""
    return b"ID3\3\0\0" + bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0)) + frames


def id3_frame(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">I2x", len(content)) + content


def id3_chapters(number: int) -> bytes:
    """Return so many CHAP frames of a millisecond each."""
    times = (struct.pack(">4I", n, n + 1, 0xFFFFFFFF, 0xFFFFFFFF) for n in range(number))
    return id3_tag(b"".join(id3_frame(b"CHAP", b"c%d\0" % n + time) for n, time in enumerate(times)))


def png_of(width: int, height: int) -> bytes:
    """Return a picture that claims so many pixels, without their data."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0)
    chunk = struct.pack(">I", len(head) - 4) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + bytes(200)


def sample_sizes(count: int) -> bytes:
    """Return an MP4 index that claims so many samples of one byte, in twelve bytes."""
    return bytes(4) + struct.pack(">II", 1, count)
