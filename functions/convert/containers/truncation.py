"""Tells a file that breaks off from a whole one, by what its own container says of its length.

ffmpeg converts the half of a truncated file and ends well, so this has to be asked separately. Only headers
and the end are read. A container that does not say how long it is (ADTS, AMR, MP3 without a Xing frame, a
stream that was recorded live) cannot be judged and passes: where it says its duration, `verify` compares
that with what was decoded. A file that plays everywhere is never refused here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from shared.domain.errors import Truncated

from ..containers import chunk_lengths as chunked
from ..containers import flac, mp3
from ..containers import pages as framed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Chunks are padded to even sizes; many writers forget the last byte.
SLACK_BYTES = 1
_MP4_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp"})
_ASF = bytes.fromhex("3026b2758e66cf11")
_EBML = b"\x1a\x45\xdf\xa3"


def check_complete(file: Path) -> None:
    """Raise Truncated if the file ends before its container says that it does."""
    size = file.stat().st_size
    with file.open("rb") as data:
        judge = _judge_of(data.read(16))
        missing = judge(data, size) if judge else 0
    if missing > (SLACK_BYTES if judge in _PADDED else 0):
        raise Truncated


def _judge_of(head: bytes) -> Callable[[BinaryIO, int], int] | None:
    """Who can tell of such a file, by its first bytes."""
    if head[4:8] in _MP4_BOXES:
        return chunked.missing_mp4
    if head[:4] in {b"RIFF", b"RF64"}:
        return {b"WAVE": chunked.missing_wav, b"AVI ": chunked.missing_avi}.get(head[8:12])
    if mp3.is_mp3(head):
        return mp3.missing_mp3
    return _BY_MAGIC.get(head[:4]) or (chunked.missing_asf if head[:8] == _ASF else None)


_BY_MAGIC: dict[bytes, Callable[[BinaryIO, int], int]] = {
    b"OggS": framed.missing_ogg,
    b"fLaC": flac.missing_flac,
    b"riff": chunked.missing_w64,
    b"FORM": chunked.missing_aiff,
    b"caff": chunked.missing_caf,
    b"wvpk": framed.missing_wavpack,
    b".snd": chunked.missing_au,
    _EBML: chunked.missing_matroska,
}
_PADDED = (chunked.missing_wav, chunked.missing_aiff, chunked.missing_w64)
