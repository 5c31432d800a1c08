"""The Xing frame of an MP3, which states the file's length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .id3 import tag_bytes

if TYPE_CHECKING:
    from .reader import Reader

_XING_HAS_FRAMES = 1


def is_mp3(head: bytes) -> bool:
    """Return whether a file that begins so is an MP3: with a tag, or a frame."""
    return head[:3] == b"ID3" or is_frame(head)


def is_frame(head: bytes) -> bool:
    """Return whether a frame of layer III begins so (ISO/IEC 11172-3, 2.4.1.3)."""
    return head[:1] == b"\xff" and head[1:2] != b"" and head[1] & 0xE6 == 0xE2  # noqa: PLR2004  # as in the norm


@dataclass(frozen=True, slots=True)
class Xing:
    """The Xing or Info frame of an MP3.

    Attributes:
        begin: of the frame, behind ID3v2.
        length_at: position of the figure for the length from the frame on.
        length: that figure; 0 is unknown.
    """

    begin: int
    length_at: int
    length: int


def xing_of(data: Reader) -> Xing | None:
    """Return the frame of an MP3 that counts its bytes; None where there is none."""
    begin = tag_bytes(data)
    head = data.at(begin, 4096)
    found = re.search(rb"(?:Xing|Info)\x00\x00\x00([\x02\x03\x06\x07\x0a\x0b\x0e\x0f])", head)
    if found is None:
        return None
    at = begin + found.end() + (4 if found[1][0] & _XING_HAS_FRAMES else 0)
    return Xing(begin, at, int.from_bytes(data.at(at, 4)))
