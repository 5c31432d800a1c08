"""What the head of an MP3 says of its length, and how much of it is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .id3 import tag_bytes

if TYPE_CHECKING:
    from typing import BinaryIO

_XING_HAS_FRAMES = 1
# Taggers and editors leave the figure as it was; what they drop is less than this.
_MP3_SLACK_RATIO, _MP3_SLACK_BYTES = 0.02, 2048


def is_mp3(head: bytes) -> bool:
    """Whether a file that begins so is one: a tag, or a frame of layer III."""
    return head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2)  # noqa: PLR2004  # as ISO/IEC 11172-3 has it


@dataclass(frozen=True, slots=True)
class Xing:
    """What the Xing or Info frame of an MP3 says.

    Attributes:
        begin: of the frame, behind ID3v2.
        length_at: where the file's length stands, from the frame on.
        length: it; 0 says nothing.
    """

    begin: int
    length_at: int
    length: int


def xing_of(data: BinaryIO) -> Xing | None:
    """The frame of an MP3 that counts its bytes; None where there is none."""
    begin = tag_bytes(data)
    data.seek(begin)
    found = re.search(rb"(?:Xing|Info)\x00\x00\x00([\x02\x03\x06\x07\x0a\x0b\x0e\x0f])", data.read(4096))
    if found is None:
        return None
    at = begin + found.end() + (4 if found[1][0] & _XING_HAS_FRAMES else 0)
    data.seek(at)
    return Xing(begin, at, int.from_bytes(data.read(4)))


def missing_mp3(data: BinaryIO, size: int) -> int:
    """By the byte count in the Xing or Info frame; 0 where there is none."""
    if (begin := tag_bytes(data)) > size:
        return begin - size
    xing = xing_of(data)
    if xing is None:
        return 0
    missing = xing.begin + xing.length - size
    return missing if missing > max(_MP3_SLACK_BYTES, xing.length * _MP3_SLACK_RATIO) else 0
