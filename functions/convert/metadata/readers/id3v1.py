"""Reads ID3v1 and 1.1: fields of fixed length in an encoding that is not stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...containers.ape import ID3V1_BYTES, id3v1_bytes
from ..model.genres import genre_of

if TYPE_CHECKING:
    from ...containers.reader import Reader
    from .found import Found

_SPANS = {"title": (3, 33), "artist": (33, 63), "album": (63, 93), "date": (93, 97), "comment": (97, 127)}
# In version 1.1, the comment is shorter by a zero and the track.
_ZERO_AT, _TRACK_AT, _GENRE_AT = 125, 126, 127


def read_id3v1(data: Reader, found: Found) -> None:
    """Add what the tag at the end of a file holds."""
    if not id3v1_bytes(data, data.size):
        return
    tail = data.tail(ID3V1_BYTES)
    for name, (begin, end) in _SPANS.items():
        found.add(name, tail[begin:end].partition(b"\0")[0].rstrip(b" "))
    if tail[_ZERO_AT] == 0 and tail[_TRACK_AT]:
        found.add("tracknumber", str(tail[_TRACK_AT]))
    found.add("genre", genre_of(tail[_GENRE_AT]))
