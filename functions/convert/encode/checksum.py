"""The MD5 that a FLAC file states of its samples (RFC 9639, 8.2), which ffmpeg does not check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.notes.source import ChecksumWrong

from ..containers.flac.stream import stated_md5
from ..containers.reader import reading

if TYPE_CHECKING:
    from pathlib import Path

    from shared.domain.media import Probe

    from ..ffmpeg.run import FFmpeg

# By how the decoder returns samples, and their bits: what turns them into the bytes that are added up.
_ENCODERS = {("s16", 16): "pcm_s16le", ("s32", 24): "pcm_s24le"}


@dataclass(frozen=True, slots=True)
class Checksum:
    """Has ffmpeg add up the samples of a source while it decodes them.

    Attributes:
        stated: what they should add up to.
        file: that ffmpeg writes the sum to.
        output: ffmpeg's arguments for that.
    """

    stated: bytes
    file: Path
    output: tuple[str, ...]

    def finding(self) -> ChecksumWrong | None:
        """Return the note if the samples are others than those that were encoded; after the pass."""
        found = bytes.fromhex(self.file.read_text().strip().partition("=")[2])
        return None if found == self.stated else ChecksumWrong(self.stated.hex(), found.hex())


def checksum_of(ffmpeg: FFmpeg, source: Probe) -> Checksum | None:
    """Return the checksum of a FLAC; None where none is stated, or of other depths than 16 and 24 bits."""
    encoder = _ENCODERS.get((source.sample_format, source.bits_per_sample or 0))
    if source.container != "flac" or encoder is None or ffmpeg.normalise:
        return None
    with reading(ffmpeg.source) as data:
        stated = stated_md5(data)
    file = ffmpeg.source.with_name("checksum")
    output = ("-map", ffmpeg.audio_map, "-c:a", encoder, "-f", "hash", "-hash", "md5", f"file:{file.name}")
    return Checksum(stated, file, output) if stated else None
