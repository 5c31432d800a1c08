"""The Xing frame of an MP3: what it says of the file's length, and how much of that is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .id3 import tag_bytes

if TYPE_CHECKING:
    from .reader import Reader

_XING_HAS_FRAMES = 1
# Taggers and editors leave the figure as it was; they drop less than this.
_SLACK_RATIO, _SLACK_BYTES = 0.02, 2048


def is_mp3(head: bytes) -> bool:
    """Return whether a file that begins so is an MP3: with a tag, or a frame of layer III."""
    return head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2)  # noqa: PLR2004  # as ISO/IEC 11172-3 has it


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


def missing_mp3(data: Reader) -> int:
    """Missing bytes by the Xing or Info frame; 0 where there is none."""
    if (begin := tag_bytes(data)) > data.size:
        return begin - data.size
    xing = xing_of(data)
    if xing is None:
        return 0
    missing = xing.begin + xing.length - data.size
    return missing if missing > max(_SLACK_BYTES, xing.length * _SLACK_RATIO) else 0
