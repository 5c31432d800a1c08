"""The MD5 that a FLAC file states of its samples (RFC 9639, 8.2), which ffmpeg does not check."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.notes.source import ChecksumWrong

from ..containers.flac import stated_md5
from ..containers.reader import reading
from ..plan.sample_format import CD_BITS

if TYPE_CHECKING:
    from shared.domain.media import Probe

    from ..ffmpeg.run import FFmpeg


@dataclass
class Checksum:
    """Adds up the samples of a source.

    Attributes:
        stated: what they should add up to.
    """

    stated: bytes
    _md5: hashlib._Hash = field(default_factory=lambda: hashlib.md5(usedforsecurity=False))

    def add(self, data: memoryview) -> None:
        """Add a chunk."""
        self._md5.update(data)

    def finding(self) -> ChecksumWrong | None:
        """Return the note if the samples are others than those that were encoded."""
        found = self._md5.digest()
        return None if found == self.stated else ChecksumWrong(self.stated.hex(), found.hex())


def checksum_of(ffmpeg: FFmpeg, source: Probe) -> Checksum | None:
    """Return the checksum to add up; None where a tap of 16 bits has other samples, or none is stated."""
    is_cd_depth = (source.sample_format, source.bits_per_sample) == ("s16", CD_BITS)
    if source.container != "flac" or not is_cd_depth or ffmpeg.normalise:
        return None
    with reading(ffmpeg.source) as data:
        stated = stated_md5(data)
    return Checksum(stated) if stated else None
