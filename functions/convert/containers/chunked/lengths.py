"""How many bytes a file made of chunks lacks, by the lengths that its chunks claim.

WAV and RF64, AVI, Wave64, AIFF, CAF, MP4 and QuickTime, AU, ASF, Matroska. Each function takes a reader
of the file, reads headers only, and returns the bytes that are promised beyond the end: 0 or less where none
are. Only chunks with audio or its index count; anything else that is cut off, or appended, does no harm.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from .chunks import MATROSKA_SEGMENT, W64_DATA, asf, big, box, core_audio, ebml, little, walk, wave64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..reader import Reader
    from .chunks import Chunk

# A writer that cannot seek back leaves one of these as a length; sox and arecord one of the second row.
_NEVER_WRITTEN = frozenset({0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF})
_NEVER_WRITTEN_32 = range(0x7FFF_F000, 0x8000_0001)
# Of a plain WAV, which some writers count with the audio.
_HEADER_BYTES = 44
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")


def missing_wav(data: Reader) -> int:
    """RIFF, and RF64, whose `ds64` has the length that 32 bits cannot hold."""
    long_length = 0
    for chunk in walk(data, 12, data.size, little):
        if chunk.name == b"ds64":
            long_length = int.from_bytes(data.at(chunk.begin + 8, 8), "little")
        if chunk.name == b"data":
            length = long_length or chunk.length
            unknown = length in _NEVER_WRITTEN or length in _NEVER_WRITTEN_32
            missing = chunk.begin + length - data.size
            return 0 if unknown or missing <= _HEADER_BYTES else missing
    return 0


def missing_avi(data: Reader) -> int:
    """The lists of the streams and of their headers."""
    return _beyond(walk(data, 12, data.size, little), {b"LIST"}, data.size)


def missing_w64(data: Reader) -> int:
    """Sony Wave64."""
    return _beyond(walk(data, 40, data.size, wave64), {W64_DATA}, data.size)


def missing_aiff(data: Reader) -> int:
    """AIFF and AIFF-C."""
    return _beyond(walk(data, 12, data.size, big), {b"SSND"}, data.size)


def missing_caf(data: Reader) -> int:
    """Apple's Core Audio Format; a length of -1 means that the audio lasts to the end."""
    return _beyond(walk(data, 8, data.size, core_audio), {b"data", b"pakt"}, data.size)


def caf_states_length(data: Reader) -> bool:
    """Return whether the length of a CAF's audio is known."""
    audio = next((chunk for chunk in walk(data, 8, data.size, core_audio) if chunk.name == b"data"), None)
    return audio is not None and audio.length >= 0


def missing_mp4(data: Reader) -> int:
    """MP4 and QuickTime: the media data and their index."""
    return _beyond(walk(data, 0, data.size, box), {b"moov", b"mdat", b"moof"}, data.size)


def missing_au(data: Reader) -> int:
    """Sun audio: one header, then the audio."""
    begin, length = struct.unpack(">II", data.at(4, 8).ljust(8, b"\0"))
    return 0 if length in _NEVER_WRITTEN else begin + length - data.size


def missing_dsf(data: Reader) -> int:
    """DSF: its header has the length of the file."""
    return int.from_bytes(data.at(12, 8), "little") - data.size


def missing_dsdiff(data: Reader) -> int:
    """DSDIFF: one chunk, with a length of 64 bits, around all others."""
    return 12 + int.from_bytes(data.at(4, 8)) - data.size


def missing_asf(data: Reader) -> int:
    """ASF and WMA: the data object, whose length a broadcast leaves at 0."""
    return _beyond(walk(data, 0, data.size, asf), {_ASF_DATA}, data.size)


def missing_matroska(data: Reader) -> int:
    """Matroska and WebM: the segment, whose length a live stream leaves unknown."""
    return _beyond(walk(data, 0, data.size, ebml), {MATROSKA_SEGMENT}, data.size)


def _beyond(chunks: Iterator[Chunk], essential: set[bytes], size: int) -> int:
    ends = (c.begin + c.length for c in chunks if c.name in essential and c.length not in _NEVER_WRITTEN)
    return max((end - size for end in ends), default=0)
