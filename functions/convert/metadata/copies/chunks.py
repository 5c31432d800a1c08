"""The chunks of a WAV source beside its audio, and the ID3v2 tag of an AIFF."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...containers.chunked.chunks import big, little, walk
from ...containers.id3 import tag_bytes
from ...containers.reader import read_long
from ..write.riff import wave_chunks
from .id3 import Id3

if TYPE_CHECKING:
    from collections.abc import Collection

    from ...containers.reader import Reader
    from ..model.tags import Tags

# What describes the samples, which ffmpeg writes, and padding.
_AUDIO = frozenset({b"fmt ", b"data", b"fact", b"ds64", b"PEAK", b"JUNK", b"junk", b"FLLR", b"PAD ", b"pad "})
# What our writer makes.
_TAGS = frozenset({b"id3 ", b"ID3 ", b"bext", b"iXML"})
_LIST, _INFO = b"LIST", b"INFO"
_NAME = re.compile(rb"[ -~]{4}")
_MAX_CHUNKS_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Chunks:
    """The chunks, in their order."""

    chunks: tuple[tuple[bytes, bytes], ...]
    trailing: bytes = b""

    def content(self, tags: Tags, edited: Collection[str]) -> bytes:
        """Return the chunks; where fields are edited, those with tags are written again."""
        kept = (one for one in self.chunks if not (edited and _has_tags(*one)))
        return (wave_chunks(tags) if edited else b"") + b"".join(_chunk(*one) for one in kept)


def copied_chunks(data: Reader) -> Chunks | None:
    """Return the chunks of a WAV; None if there are none, or they are absurdly large."""
    if data.at(0, 4) != b"RIFF":
        return None
    found = [one for one in walk(data, 12, data.size, little) if one.name not in _AUDIO]
    whole = [one for one in found if _NAME.fullmatch(one.name) and one.begin + one.length <= data.size]
    if not whole or sum(one.length for one in whole) > _MAX_CHUNKS_BYTES:
        return None
    return Chunks(tuple((one.name, read_long(data, one.begin, one.length)) for one in whole))


def copied_aiff(data: Reader) -> Id3 | None:
    """Return the ID3v2 tag of an AIFF; None if it has none."""
    chunks = walk(data, 12, data.size, big) if data.at(0, 4) == b"FORM" else ()
    begin = next((one.begin for one in chunks if one.name == b"ID3 "), None)
    length = 0 if begin is None else tag_bytes(data, begin)
    return Id3(read_long(data, begin or 0, length), b"") if length else None


def _has_tags(name: bytes, content: bytes) -> bool:
    return name in _TAGS or (name == _LIST and content[:4] == _INFO)


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
