"""The first packets of a stream in Ogg, in which its tags are (RFC 3533)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .reader import Reader

_HEADER, _MAX_SEGMENTS, _FULL = 27, 255, 255
# A cover of 8 MiB in base64 takes 170 pages. Streams of one file may alternate.
_MAX_PAGES, _MAX_PACKET_BYTES = 1000, 24 << 20
# How the first packet of a stream begins, by codec. Others, such as Skeleton's, have no tags.
_CODECS = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")


def second_packets(data: Reader) -> Iterator[tuple[bytes, bytes]]:
    """Yield the first two packets of each audio stream, the second one empty if it is cut or too long."""
    firsts: dict[bytes, bytes] = {}
    pieces: dict[bytes, list[bytes]] = {}
    for serial, begin, lacing in _pages(data):
        if serial not in firsts:
            first = data.at(begin, sum(lacing))
            firsts[serial] = first if first.startswith(_CODECS) else b""
        elif firsts[serial]:
            held, is_whole = _first_packet(lacing)
            pieces.setdefault(serial, []).append(data.at(begin, held))
            if is_whole or sum(map(len, pieces[serial])) > _MAX_PACKET_BYTES:
                yield firsts[serial], b"".join(pieces[serial]) if is_whole else b""
                firsts[serial] = b""
            if not any(firsts.values()):
                return
    yield from ((first, b"") for first in firsts.values() if first)


def _pages(data: Reader) -> Iterator[tuple[bytes, int, bytes]]:
    """Yield stream, begin of the content and lengths of each page."""
    position = 0
    for _ in range(_MAX_PAGES):
        head = data.at(position, _HEADER + _MAX_SEGMENTS)
        if head[:4] != b"OggS" or len(head) < _HEADER:
            return
        lacing = head[_HEADER : _HEADER + head[26]]
        begin = position + _HEADER + head[26]
        yield head[14:18], begin, lacing
        position = begin + sum(lacing)


def _first_packet(lacing: bytes) -> tuple[int, bool]:
    """Return how many bytes a page has of the packet that it begins with, and whether that ends there."""
    length = 0
    for size in lacing:
        length += size
        if size < _FULL:
            return length, True
    return length, False
