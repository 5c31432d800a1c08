"""Reads APEv2: texts with several values, pictures with their file names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...containers.ape import ape_items
from ...containers.reader import read_long
from ..model.names import field_named
from .found import MAX_PICTURES_BYTES, MAX_TEXT_BYTES

if TYPE_CHECKING:
    from ...containers.reader import Reader
    from .found import Found

_TEXT, _BINARY, _ADDRESS = 0, 1, 2
_COVERS = {"cover art (front)": 3, "cover art (back)": 4, "cover art (icon)": 1, "cover art (media)": 6}
_COVER, _OTHER_PICTURE = "cover art (", 0
# What programs note about their own work.
_TECHNICAL = frozenset({"mp3gain_minmax", "mp3gain_album_minmax", "mp3gain_undo"})


def read_ape(data: Reader, found: Found) -> None:
    """Add what the tag holds."""
    for item in ape_items(data):
        folded = item.name.casefold()
        if folded.startswith(_COVER) and item.kind == _BINARY and item.size > MAX_PICTURES_BYTES:
            found.unread_pictures += 1
        elif folded.startswith(_COVER) and item.kind == _BINARY:
            file_name, _, picture = read_long(data, item.begin, item.size).partition(b"\0")
            kind, description = _COVERS.get(folded, _OTHER_PICTURE), file_name.decode("utf-8", "replace")
            found.add_picture(kind, "", picture, description)
        elif item.kind not in {_TEXT, _ADDRESS} or item.size > MAX_TEXT_BYTES:
            found.skip(item.name)
        elif folded not in _TECHNICAL:
            field = field_named(item.name)
            for value in data.at(item.begin, item.size).split(b"\0"):
                found.add(field.name if field else item.name, value)
