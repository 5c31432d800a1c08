"""An ID3v2 tag of a source, and what is behind its audio: APEv2 and ID3v1."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...containers.id3 import tag_bytes
from ...containers.reader import read_long
from ...containers.trailing_tags import before_tags
from ..write.id3 import frame_of, header, id3_frames, id3_tag
from ..write.id3_bodies import V2_3
from .id3_frames import frames

if TYPE_CHECKING:
    from collections.abc import Collection

    from ...containers.reader import Reader
    from ..model.tags import Tags

# Frames of which a tag has several, each with a description of its own.
_DESCRIBED = frozenset({"TXXX", "UFID"})


@dataclass(frozen=True, slots=True)
class Id3:
    """A tag, and everything behind the audio; either may be empty."""

    tag: bytes
    trailing: bytes

    def content(self, tags: Tags, edited: Collection[str]) -> bytes:
        """Return the tag; edited, it has these fields, in its own version or in 2.3 instead of 2.2."""
        if self.tag and not edited:
            return self.tag
        all_of_it = list(frames(self.tag))
        if not all_of_it:
            return id3_tag(tags)
        version = max(self.tag[3], V2_3)
        places = {_place(name, version) for name in edited}
        kept = [(place, raw) for place, raw in all_of_it if place not in places]
        there = {place for place, _ in kept}
        new = tuple(
            entry for entry in tags.entries if self._is_new(_place(entry.name, version), places, there)
        )
        return header(
            b"".join(raw for _, raw in kept)
            + b"".join(id3_frames(replace(tags, entries=new, pictures=(), chapters=()), version)),
            version,
        )

    def _is_new(self, place: str, edited: Collection[str], there: Collection[str]) -> bool:
        """Return whether a field is edited, or was only in the tags behind the audio."""
        return place in edited or (bool(self.trailing) and place not in there)


def copied_id3(data: Reader) -> Id3 | None:
    """Return the tags of an MP3 or ADTS; None if it has none, or one tag behind another."""
    length = tag_bytes(data)
    if tag_bytes(data, length):
        return None
    begin = before_tags(data, data.size)
    found = Id3(read_long(data, 0, length), read_long(data, begin, data.size - begin))
    return found if found.tag or found.trailing else None


def _place(name: str, version: int) -> str:
    """Return the frame of a field, with its description where there may be several."""
    frame, _, description = frame_of(name, version).partition(":")
    return f"{frame}:{description}".casefold() if frame in _DESCRIBED else frame.casefold()
