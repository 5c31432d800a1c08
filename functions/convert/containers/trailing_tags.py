"""Tags and junk that other programs append to a FLAC file, which ffmpeg would take for damaged audio."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .flac import flac_audio_end
from .reader import reading, unless_complex

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .reader import Reader

ID3V1, ID3V1_BYTES = b"TAG", 128
# A hostile file can consist of tags only.
_MAX_TAGS = 4
# A footer. The length in it counts itself and the items, but not the optional header of the same size.
APE, _APE_BYTES = b"APETAGEX", 32


def remove_trailing_tags(file: Path, check: Callable[[], None] | None = None) -> None:
    """Truncate a FLAC file where its audio ends; leave other files as they are."""
    with reading(file, check) as data:
        end = unless_complex(audio_end, data, data.size)
    os.truncate(file, end)


def has_trailing_tags(file: Path, check: Callable[[], None] | None = None) -> bool:
    """Return whether there is anything to remove."""
    with reading(file, check) as data:
        return unless_complex(audio_end, data, data.size) < data.size


def audio_end(data: Reader) -> int:
    """Return where a FLAC file's last frame ends; else where ID3v1 and APE tags begin; else its size."""
    if data.at(0, 4) != b"fLaC":
        return data.size
    end = flac_audio_end(data)
    if end == data.size:
        for _ in range(_MAX_TAGS):
            end -= _tag_bytes(data, end)
    return end


def _tag_bytes(data: Reader, end: int) -> int:
    """Return the length of the tag that ends there; 0 if none does."""
    begin = max(0, end - ID3V1_BYTES)
    tail = data.at(begin, end - begin)
    if len(tail) == ID3V1_BYTES and tail.startswith(ID3V1):
        return ID3V1_BYTES
    footer = tail[-_APE_BYTES:]
    if not footer.startswith(APE):
        return 0
    length = int.from_bytes(footer[12:16], "little")
    length += _APE_BYTES if data.at(max(0, end - length - _APE_BYTES), len(APE)) == APE else 0
    return length if length <= end else 0
