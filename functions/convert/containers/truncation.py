"""Tells a truncated file from a complete one, by what its own container says of its length.

ffmpeg converts the half of a truncated file and exits with status 0, so this check is separate. It reads
headers and the end only. A container that does not state its length (ADTS, AMR, MP3 without a Xing frame, a
live recording) passes. Where it states a duration, `verify` compares that with what was decoded. A file that
plays everywhere is never refused here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import Truncated

from .chunked import lengths
from .flac.stream import missing_flac
from .mp3 import is_mp3
from .mp3_end import missing_mp3
from .pages import missing_ogg, missing_wavpack
from .reader import reading, unless_complex

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .reader import Reader

    # Returns the missing bytes.
    MissingBytes = Callable[[Reader], int]

# Chunks are padded to even sizes; many writers forget the last byte.
_SLACK_BYTES = 1
_MP4_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp"})
_ASF = bytes.fromhex("3026b2758e66cf11")
_EBML = b"\x1a\x45\xdf\xa3"


def check_complete(file: Path, check: Callable[[], None] | None = None) -> None:
    """Raise Truncated if the file ends before its container says so."""
    with reading(file, check) as data:
        parser = _parser_for(data.at(0, 16))
        missing = unless_complex(parser, data, 0) if parser else 0
    if missing > (_SLACK_BYTES if parser in _PADDED else 0):
        raise Truncated


def _parser_for(head: bytes) -> MissingBytes | None:
    """Return the parser for a file that begins so."""
    if head[4:8] in _MP4_BOXES:
        return lengths.missing_mp4
    if head[:4] in {b"RIFF", b"RF64"}:
        return {b"WAVE": lengths.missing_wav, b"AVI ": lengths.missing_avi}.get(head[8:12])
    if is_mp3(head):
        return missing_mp3
    return _BY_MAGIC.get(head[:4]) or (lengths.missing_asf if head[:8] == _ASF else None)


_BY_MAGIC: dict[bytes, MissingBytes] = {
    b"OggS": missing_ogg,
    b"fLaC": missing_flac,
    b"riff": lengths.missing_w64,
    b"FORM": lengths.missing_aiff,
    b"caff": lengths.missing_caf,
    b"wvpk": missing_wavpack,
    b".snd": lengths.missing_au,
    b"DSD ": lengths.missing_dsf,
    b"FRM8": lengths.missing_dsdiff,
    _EBML: lengths.missing_matroska,
}
_PADDED = (lengths.missing_wav, lengths.missing_aiff, lengths.missing_dsdiff, lengths.missing_w64)
