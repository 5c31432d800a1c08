"""The space in an output's head that tags fill once ffmpeg has ended.

ffmpeg reserves it by writing one long comment. The head stays in its file until the end, so outputs are
uploaded while they grow (ADR 11), and what is known last, such as ReplayGain, is in it all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from shared.domain.errors import OutputMismatch

from ...containers.chunked.chunks import MATROSKA_SEGMENT, big, box, ebml, little, walk
from ...containers.flac.stream import flac_audio_begin
from ...containers.id3 import tag_bytes
from ...containers.reader import reading
from .filling import fill_box, fill_chunk, fill_element, fill_flac, fill_form, fill_id3, fill_packet
from .ogg import Packet, comment_packet, write_packet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ...containers.chunked.chunks import Chunk, Header
    from ...containers.reader import Reader

# Behind `fLaC` and STREAMINFO, which ffmpeg writes last.
_FLAC_BLOCKS = 42
_TAGS = b"\x12\x54\xc3\x67"


def placeholder(length: int) -> str:
    """Return the comment that reserves at least so many bytes."""
    return "A" * length


@dataclass(frozen=True, slots=True)
class Space:
    """The space that ffmpeg reserved in one output; it can be filled several times.

    Attributes:
        place: its bytes, or the pieces of a packet.
        fill: makes a tag as long as the space.
    """

    file: Path
    place: range | Packet
    fill: Callable[[bytes, int], bytes]

    @classmethod
    def find(cls, file: Path, muxer: str) -> Self:
        """Return the space in an output that this muxer has completed.

        Raises:
            OutputMismatch: there is none.
        """
        with reading(file) as data:
            find, fill = _SPACES[muxer]
            place = find(data)
        if not place:
            raise OutputMismatch("The output has no space for its tags.")
        return cls(file, place, fill)

    def write(self, content: bytes) -> None:
        """Put tags into the space; what is left of it becomes padding.

        Args:
            content: of the form that this muxer's container has; not longer than was reserved.

        Raises:
            OutputMismatch: it is longer than the space.
        """
        if len(self.place) < len(content):
            raise OutputMismatch("The output has no space for its tags.")
        whole = self.fill(content, len(self.place))
        if isinstance(self.place, Packet):
            write_packet(self.file, self.place, whole)
            return
        with self.file.open("r+b") as changed:
            changed.seek(self.place.start)
            changed.write(whole)


def _id3(data: Reader) -> range:
    return range(tag_bytes(data))


def _flac(data: Reader) -> range:
    return range(_FLAC_BLOCKS, flac_audio_begin(data))


def _wave(data: Reader) -> range:
    return _chunk(data, b"LIST", little)


def _aiff(data: Reader) -> range:
    return _chunk(data, b"ANNO", big)


def _chunk(data: Reader, name: bytes, header: Callable[[bytes, int], Header]) -> range:
    found = next((chunk for chunk in walk(data, 12, data.size, header) if chunk.name == name), None)
    return range(found.begin - 8, found.begin + found.length + found.length % 2) if found else range(0)


def _movie(data: Reader) -> range:
    begin, end = 0, data.size
    for name in (b"moov", b"udta", b"meta"):
        found = next((one for one in walk(data, begin, end, box) if one.name == name), None)
        if found is None:
            return range(0)
        begin, end = found.begin, found.begin + found.length
    return range(begin - 8, end)


def _matroska(data: Reader) -> range:
    segment = _element(data, range(data.size), MATROSKA_SEGMENT)
    tags = _element(data, range(segment.begin, segment.begin + segment.length), _TAGS) if segment else None
    return range(_start(data, tags), tags.begin + tags.length) if tags else range(0)


def _element(data: Reader, span: range, name: bytes) -> Chunk | None:
    return next((one for one in walk(data, span.start, span.stop, ebml) if one.name == name), None)


def _start(data: Reader, element: Chunk) -> int:
    """Return where an element's header begins: its size has 1 to 8 bytes."""
    head = data.at(element.begin - 12, 12)
    return element.begin - 12 + head.rindex(element.name)


_SPACES: dict[str, tuple[Callable[[Reader], range | Packet | None], Callable[[bytes, int], bytes]]] = {
    "ogg": (comment_packet, fill_packet),
    "opus": (comment_packet, fill_packet),
    "mp3": (_id3, fill_id3),
    "adts": (_id3, fill_id3),
    "flac": (_flac, fill_flac),
    "wav": (_wave, fill_chunk),
    "aiff": (_aiff, fill_form),
    "ipod": (_movie, fill_box),
    "webm": (_matroska, fill_element),
}
