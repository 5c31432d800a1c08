"""Tags and junk that other programs append to a FLAC file, which ffmpeg would take for damaged audio."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

from .flac import flac_audio_end

if TYPE_CHECKING:
    from pathlib import Path

ID3V1, ID3V1_BYTES = b"TAG", 128
# A hostile file can consist of tags only.
_MAX_TAGS = 4
# A footer. The length in it counts itself and the items, but not the optional header of the same size.
APE, _APE_BYTES = b"APETAGEX", 32


def remove_trailing_tags(file: Path) -> None:
    """Truncate a FLAC file where its audio ends; leave other files as they are."""
    os.truncate(file, _audio_end(file))


def has_trailing_tags(file: Path) -> bool:
    """Return whether there is anything to remove."""
    return _audio_end(file) < file.stat().st_size


def _audio_end(file: Path) -> int:
    """Return where a FLAC file's last frame ends; else where ID3v1 and APE tags begin; else its size."""
    end = size = file.stat().st_size
    with file.open("rb") as data:
        if data.read(4) != b"fLaC":
            return end
        if (audio_end := flac_audio_end(data, size)) < size:
            return audio_end
        for _ in range(_MAX_TAGS):
            end -= _tag_bytes(data, end)
    return end


def _tag_bytes(data: BinaryIO, end: int) -> int:
    """Return the length of the tag that ends there; 0 if none does."""
    data.seek(max(0, end - ID3V1_BYTES))
    tail = data.read(end - data.tell())
    if len(tail) == ID3V1_BYTES and tail.startswith(ID3V1):
        return ID3V1_BYTES
    footer = tail[-_APE_BYTES:]
    if not footer.startswith(APE):
        return 0
    length = int.from_bytes(footer[12:16], "little")
    data.seek(max(0, end - length - _APE_BYTES))
    length += _APE_BYTES if data.read(len(APE)) == APE else 0
    return length if length <= end else 0
