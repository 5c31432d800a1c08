"""What other programs stuck to the end of a FLAC file: ffmpeg would take it for damaged sound."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

from .flac import flac_end

if TYPE_CHECKING:
    from pathlib import Path

ID3V1, ID3V1_BYTES = b"TAG", 128
# Looked for: a file of nothing but tags must not keep us.
_MOST_TAGS = 4
# A footer, whose length counts itself and the items, not the header of the same size that may come before.
APE, _APE_BYTES = b"APETAGEX", 32


def cut(file: Path) -> None:
    """Let a FLAC file end where its sound does."""
    os.truncate(file, _sound_end(file))


def is_stuck(file: Path) -> bool:
    """Whether there is anything to cut."""
    return _sound_end(file) < file.stat().st_size


def _sound_end(file: Path) -> int:
    """Where a FLAC file's last frame ends; else where ID3v1 and APE tags begin; else its size."""
    end = size = file.stat().st_size
    with file.open("rb") as data:
        if data.read(4) != b"fLaC":
            return end
        if (sound := flac_end(data, size)) < size:
            return sound
        for _ in range(_MOST_TAGS):
            end -= _tag_bytes(data, end)
    return end


def _tag_bytes(data: BinaryIO, end: int) -> int:
    """Length of the tag that ends there; 0 if none does."""
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
