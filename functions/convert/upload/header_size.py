"""How much of an output's beginning stays in its file: what muxers rewrite last, and what a probe reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..containers.audio_begin import audio_begin
from ..containers.reader import reading
from .sparse_file import BLOCK_BYTES

if TYPE_CHECKING:
    from pathlib import Path


def header_bytes(file: Path, audio_bytes: int) -> int:
    """Return the length of the header of a file that is being written, in whole blocks.

    Args:
        file: as far as it is written.
        audio_bytes: to keep behind tags and cover, for the Xing frame and for a probe.
    """
    with reading(file) as data:
        begin = audio_begin(data)
    return -(-(begin + audio_bytes) // BLOCK_BYTES) * BLOCK_BYTES
