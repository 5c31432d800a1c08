"""The packet with tags is found in Ogg, across pages and streams."""

from __future__ import annotations

import struct

import pytest

from functions.convert.containers.ogg import second_packets
from functions.convert.containers.reader import Reader
from functions.convert.containers.streamable import is_streamable

HEAD = b"OpusHead" + bytes(11)


def page(serial: int, content: bytes, *, begins: bool = False, goes_on: bool = False) -> bytes:
    lacing = [255] * (len(content) // 255) + ([] if goes_on else [len(content) % 255])
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, 2 if begins else 0, 0, serial, 0, 0, len(lacing))
    return head + bytes(lacing) + content


def found(data: bytes) -> list[tuple[bytes, bytes]]:
    return list(second_packets(Reader.of(data)))


def test_a_packet_is_put_together_from_its_pages() -> None:
    first, last = b"OpusTags" + bytes(255 * 200 - 8), b"end"
    data = page(1, HEAD, begins=True) + page(1, first, goes_on=True) + page(1, last) + page(1, b"audio")

    assert found(data) == [(HEAD, first + last)]


def test_streams_that_alternate_are_told_apart() -> None:
    data = page(1, HEAD, begins=True) + page(2, b"fishead\0", begins=True) + page(2, b"other")

    assert found(data + page(1, b"OpusTags")) == [(HEAD, b"OpusTags")]


@pytest.mark.parametrize("rest", [b"", page(1, b"OpusTags" + bytes(247), goes_on=True)])
def test_a_packet_that_is_cut_is_empty(rest: bytes) -> None:
    assert found(page(1, HEAD, begins=True) + rest) == [(HEAD, b"")]


def test_an_ogg_whose_tags_are_longer_than_its_head_is_not_streamed() -> None:
    whole = page(1, HEAD, begins=True) + page(1, b"OpusTags") + page(1, b"audio") * 3
    cut = page(1, HEAD, begins=True) + page(1, bytes(255 * 250), goes_on=True) * 4

    assert is_streamable(Reader.of(whole), 1 << 25)
    assert not is_streamable(Reader.of(cut), 1 << 25)
