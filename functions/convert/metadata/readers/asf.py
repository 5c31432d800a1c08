"""Reads the pictures of ASF (WMA), also those that ffprobe leaves out; ffprobe reads its texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...containers.asf import PICTURE, values
from ...containers.reader import read_long
from .found import MAX_PICTURES_BYTES

if TYPE_CHECKING:
    from ...containers.reader import Reader
    from .found import Found

# Of a value: kind and length of the picture; then media type and description, in UTF-16 with terminators.
_HEAD_BYTES = 5
_TEXT = re.compile(rb"((?:[^\0].|\0[^\0])*)\0\0", re.DOTALL)


def read_asf_pictures(data: Reader, found: Found) -> None:
    """Add the pictures of both lists of metadata."""
    for value in values(data):
        if value.name == PICTURE and value.length <= MAX_PICTURES_BYTES:
            _read(read_long(data, value.begin, value.length), found)
        elif value.name == PICTURE:
            found.unread_pictures += 1


def _read(content: bytes, found: Found) -> None:
    mime = _TEXT.match(content, _HEAD_BYTES)
    description = _TEXT.match(content, mime.end()) if mime else None
    if mime is None or description is None:
        found.skip(PICTURE)
        return
    length = int.from_bytes(content[1:_HEAD_BYTES], "little")
    picture = content[description.end() : description.end() + length]
    said = description[1].decode("utf-16-le", "replace")
    found.add_picture(content[0], mime[1].decode("utf-16-le", "replace"), picture, said)
