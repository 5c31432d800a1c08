"""WAV files whose samples ffmpeg takes for others: big-endian ones, and those narrower than their container.

RIFX is RIFF with big-endian numbers, also those of the samples. A WAVEFORMATEXTENSIBLE says how many bits are
valid (20 or 24) in containers of 24 or 32, where the rest is zero; ffmpeg takes the former for the width.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .chunks import big, little, walk

if TYPE_CHECKING:
    from .chunks import Chunk
    from .reader import Reader

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_UNKNOWN = frozenset({0, 0xFFFFFFFF})
# Tag, bits of a sample's container → ffmpeg's codec without its byte order, and its sample format.
_CODECS = {
    (_PCM, 8): ("pcm_u8", "u8"),
    (_PCM, 16): ("pcm_s16", "s16"),
    (_PCM, 24): ("pcm_s24", "s32"),
    (_PCM, 32): ("pcm_s32", "s32"),
    (_FLOAT, 32): ("pcm_f32", "flt"),
    (_FLOAT, 64): ("pcm_f64", "dbl"),
}


@dataclass(frozen=True, slots=True)
class WaveSamples:
    """What the samples of a WAV are.

    Attributes:
        codec, sample_format: by ffmpeg's names.
        bits: of each sample's container.
        seconds: of audio; None where the header does not say it.
    """

    codec: str
    sample_format: str
    bits: int
    seconds: float | None


def misread_samples(data: Reader) -> WaveSamples | None:
    """Return what the samples are; None where ffmpeg reads them right, or the file is no such WAV."""
    magic = data.at(0, 4)
    if magic not in {b"RIFF", b"RIFX"}:
        return None
    is_big = magic == b"RIFX"
    chunks: dict[bytes, Chunk] = {}
    for chunk in walk(data, 12, data.size, big if is_big else little):
        chunks.setdefault(chunk.name, chunk)
        if chunk.name == b"data":
            break
    description, samples = chunks.get(b"fmt "), chunks.get(b"data")
    if description is None or samples is None:
        return None
    fields = data.at(description.begin, min(description.length, 26))
    return _samples(fields, samples.length, ">" if is_big else "<")


def _samples(description: bytes, length: int, order: str) -> WaveSamples | None:
    if len(description) < 16:  # noqa: PLR2004  # no description is shorter
        return None
    tag, channels, rate_hz, _, block, valid = struct.unpack_from(f"{order}HHIIHH", description)
    if tag == _EXTENSIBLE and len(description) == 26:  # noqa: PLR2004  # up to the first bytes of its GUID
        valid, _, tag = struct.unpack_from(f"{order}HIH", description, 18)
    bits = 8 * block // channels if channels else 0
    is_narrow = -valid % 8 + valid != bits
    name, sample_format = _CODECS.get((tag, bits), ("", ""))
    if not name or not rate_hz or not (is_narrow or order == ">"):
        return None
    codec = name if bits == 8 else f"{name}{'be' if order == '>' else 'le'}"  # noqa: PLR2004  # one byte has no order
    return WaveSamples(codec, sample_format, bits, None if length in _UNKNOWN else length // block / rate_hz)
