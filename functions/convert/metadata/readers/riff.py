"""Reads WAV, its relatives and AIFF: the INFO list, ID3, the broadcast chunk and iXML; AIFF's own chunks."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ...containers.chunked.chunks import big, little, walk
from ..model.names import riff_field
from .found import MAX_TEXT_BYTES
from .id3 import read_id3

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...containers.chunked.chunks import Chunk, Header
    from ...containers.reader import Reader
    from .found import Found

_FIRST = 12
_WAVES = {b"RIFF": little, b"RF64": little, b"BW64": little, b"RIFX": big}
_UNKNOWN = 0xFFFFFFFF
_LIST, _INFO = b"LIST", b"INFO"
# EBU Tech 3285: texts of fixed lengths, then numbers, then what was done to the sound.
_BROADCAST = {
    "description": (0, 256),
    "originator": (256, 288),
    "originator_reference": (288, 320),
    "origination_date": (320, 330),
    "origination_time": (330, 338),
}
_TIME_AT, _UMID, _HISTORY_AT = 338, slice(348, 412), 602
# AIFF's own chunks of text.
_AIFF = {b"NAME": "title", b"AUTH": "artist", b"(c) ": "copyright", b"ANNO": "comment"}


def read_wave_id3(data: Reader, found: Found) -> None:
    """Add what ID3 in a WAV or an AIFF holds."""
    for chunk in _chunks(data):
        if chunk.name in {b"id3 ", b"ID3 "}:
            read_id3(data, found, chunk.begin)


def read_info(data: Reader, found: Found) -> None:
    """Add what the INFO list and the broadcast chunks of a WAV hold."""
    header = _WAVES.get(data.at(0, 4), little)
    for chunk in _chunks(data):
        if chunk.name == _LIST and data.at(chunk.begin, 4) == _INFO:
            _read_list(data, chunk, header, found)
        elif chunk.name == b"bext":
            _read_broadcast(data.at(chunk.begin, min(chunk.length, MAX_TEXT_BYTES)), found)
        elif chunk.name == b"iXML" and chunk.length <= MAX_TEXT_BYTES:
            found.add("ixml", data.at(chunk.begin, chunk.length).rstrip(b"\0"))


def read_aiff_texts(data: Reader, found: Found) -> None:
    """Add AIFF's own chunks of text."""
    for chunk in _chunks(data):
        if chunk.name in _AIFF and chunk.length <= MAX_TEXT_BYTES:
            found.add(_AIFF[chunk.name], data.at(chunk.begin, chunk.length).partition(b"\0")[0])


def _chunks(data: Reader) -> Iterator[Chunk]:
    """Yield the chunks. In RF64, the length of the audio is in the first one."""
    header, first = _WAVES.get(data.at(0, 4), big), data.at(_FIRST, 24)
    audio_bytes = int.from_bytes(first[16:24], "little") if first[:4] == b"ds64" else _UNKNOWN

    def long_header(head: bytes, rest: int) -> Header:
        name, own, length, multiple = header(head, rest)
        return name, own, audio_bytes if name == b"data" and length == _UNKNOWN else length, multiple

    return walk(data, _FIRST, data.size, long_header)


def _read_list(data: Reader, chunk: Chunk, header: Callable[[bytes, int], Header], found: Found) -> None:
    end = min(chunk.begin + chunk.length, data.size)
    for entry in walk(data, chunk.begin + len(_INFO), end, header):
        if entry.length > MAX_TEXT_BYTES or entry.begin + entry.length > end:
            return
        name = entry.name.decode("latin-1")
        field = riff_field(name)
        found.add(field.name if field else name, data.at(entry.begin, entry.length).partition(b"\0")[0])


def _read_broadcast(content: bytes, found: Found) -> None:
    for name, (begin, end) in _BROADCAST.items():
        found.add(name, content[begin:end].partition(b"\0")[0].rstrip(b" "))
    if len(content) < _HISTORY_AT:
        return
    (samples,) = struct.unpack_from("<Q", content, _TIME_AT)
    found.add("time_reference", str(samples))
    umid = content[_UMID]
    found.add("umid", f"0x{umid.hex().upper()}" if any(umid) else "")
    found.add("coding_history", content[_HISTORY_AT:].rstrip(b"\0"))
