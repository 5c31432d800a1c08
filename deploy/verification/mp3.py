"""How long an MP3 is, by its frames: without a decoder, on a machine that has none."""

from __future__ import annotations

# kbit/s of MPEG-1 and MPEG-2 Layer III, by the index in a frame's header (ISO/IEC 11172-3, 13818-3).
_MPEG1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_HZ = (44_100, 48_000, 32_000)
_ID3_BYTES = 10


def mp3_seconds(data: bytes) -> float:
    """Return the duration of the frames after the tag; 0 if they are no MPEG audio.

    The frame with the encoder's own data (Xing, Info) is not counted.
    """
    at, seconds = _end_of_tag(data), 0.0
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] & 0xE6 == 0xE2:  # noqa: PLR2004  # sync, Layer III
        mpeg1 = data[at + 1] & 0x18 == 0x18  # noqa: PLR2004  # the version's bits
        index, rate = data[at + 2] >> 4, data[at + 2] >> 2 & 3
        if not 0 < index < len(_MPEG1) or rate >= len(_RATES_HZ):
            break
        rate_hz = _RATES_HZ[rate] // (1 if mpeg1 else 2 if data[at + 1] & 0x10 else 4)
        kbits, samples = (_MPEG1[index], 1152) if mpeg1 else (_MPEG2[index], 576)
        size = samples // 8 * kbits * 1000 // rate_hz + (data[at + 2] >> 1 & 1)
        if b"Xing" not in data[at : at + 40] and b"Info" not in data[at : at + 40]:
            seconds += samples / rate_hz
        at += size
    return seconds


def _end_of_tag(data: bytes) -> int:
    if data[:3] != b"ID3" or len(data) < _ID3_BYTES:
        return 0
    return _ID3_BYTES + sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
