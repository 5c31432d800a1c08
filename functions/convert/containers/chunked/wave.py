"""What ffmpeg does not read of a WAV: byte order, the width of narrow samples, and where ADPCM ends.

RIFX is RIFF with big-endian numbers, also those of the samples. A WAVEFORMATEXTENSIBLE says how many bits are
valid (20 or 24) in containers of 24 or 32, where the rest is zero; ffmpeg takes the former for the width.
Codecs in blocks fill the last one with padding; the chunk `fact` counts the samples without it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .chunks import big, little, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..reader import Reader
    from .chunks import Chunk, Header

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
# Length of a description that has the number of samples in a block.
_IN_BLOCKS = 20
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
    chunks = _chunks(data, big if is_big else little)
    description, samples = chunks.get(b"fmt "), chunks.get(b"data")
    if description is None or samples is None:
        return None
    fields = data.at(description.begin, min(description.length, 26))
    return _samples(fields, samples.length, ">" if is_big else "<")


def stated_samples(data: Reader) -> int | None:
    """Return the samples of a channel that `fact` counts; None where that does not fit the audio."""
    chunks = _chunks(data, little)
    description, fact, audio = (chunks.get(name) for name in (b"fmt ", b"fact", b"data"))
    if data.at(0, 4) != b"RIFF" or not (description and fact and audio) or description.length < _IN_BLOCKS:
        return None
    block, per_block = struct.unpack("<H4xH", data.at(description.begin + 12, 8).ljust(8, b"\0"))
    if not block or not per_block:
        return None
    stated = int.from_bytes(data.at(fact.begin, 4), "little")
    padding = -(-audio.length // block) * per_block - stated
    return stated if 0 <= padding < per_block else None


def _chunks(data: Reader, header: Callable[[bytes, int], Header]) -> dict[bytes, Chunk]:
    """Return the first chunk of each name, up to the audio."""
    chunks: dict[bytes, Chunk] = {}
    for chunk in walk(data, 12, data.size, header):
        chunks.setdefault(chunk.name, chunk)
        if chunk.name == b"data":
            break
    return chunks


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
