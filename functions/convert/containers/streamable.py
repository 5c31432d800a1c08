"""Whether ffmpeg finds in a pipe all that it finds in the file, so that the source need not be fetched whole.

Everything but the audio has to come first, because a pipe cannot be rewound. The functions take the file's
first bytes and its size, and say no where these do not tell.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from .chunks import MATROSKA_SEGMENT, big, box, ebml, little, walk
from .flac import flac_audio_begin
from .mp3 import is_mp3, xing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .chunks import Chunk, Header

# Matroska's elements (RFC 9559).
_CLUSTER, _CUES, _SEEK_HEAD = b"\x1f\x43\xb6\x75", b"\x1c\x53\xbb\x6b", b"\x11\x4d\x9b\x74"
_SEEK_ID, _SEEK_POSITION = b"\x53\xab", b"\x53\xac"
# MPEG-TS: sync byte, packets to check, and offset and length of packets, without and with a timestamp.
_TS_SYNC, _TS_PACKETS, _TS_LENGTHS = 0x47, 16, ((0, 188), (4, 192))


def is_streamable(head: bytes, size: int) -> bool:
    """Return whether a file that begins so can be read from a pipe."""
    if may_hold_video(head):
        return _is_ts(head) or _mp4_index_first(head, size) or _matroska_audio_last(head, size)
    if head[:4] == b"OggS":
        return head.count(b"OggS") > 2  # noqa: PLR2004  # headers, and then audio
    if head[:4] == b"fLaC":
        return flac_audio_begin(BytesIO(head), len(head)) < len(head) // 2
    if is_mp3(head):
        xing = xing_of(BytesIO(head))
        return xing is not None and xing.begin < len(head) // 2
    return _ends_with_audio(head, size)


def may_hold_video(head: bytes) -> bool:
    """Return whether there may be several streams, which ffmpeg reads far into the file to find."""
    return head[4:8] == b"ftyp" or head[:4] == b"\x1a\x45\xdf\xa3" or _is_ts(head)


def _ends_with_audio(head: bytes, size: int) -> bool:
    """Return whether the audio is the last chunk: tags after it would not be read from a pipe."""
    if head[:4] == b"RIFF" and head[8:12] != b"WAVE":
        return False
    begin, header, audio = _CHUNKS.get(head[:4], (size, little, b""))
    for chunk in walk(BytesIO(head), begin, size, header):
        if chunk.name == audio:
            return chunk.begin + chunk.length + chunk.length % 2 == size
    return False


_CHUNKS: dict[bytes, tuple[int, Callable[[bytes, int], Header], bytes]] = {
    b"RIFF": (12, little, b"data"),
    b"FORM": (12, big, b"SSND"),
}


def _is_ts(head: bytes) -> bool:
    for begin, length in _TS_LENGTHS:
        packets = head[begin : begin + length * _TS_PACKETS : length]
        if len(packets) == _TS_PACKETS and set(packets) == {_TS_SYNC}:
            return True
    return False


def _mp4_index_first(head: bytes, size: int) -> bool:
    """Return whether the index comes first and the media last, without chapters among the media."""
    chunks = list(walk(BytesIO(head), 0, size, box))
    names = [chunk.name for chunk in chunks]
    if names[-1:] != [b"mdat"] or names.count(b"mdat") > 1 or b"moov" not in names:
        return False
    media = chunks[-1]
    return b"chap" not in head[: media.begin] and media.begin + media.length == size


def _matroska_audio_last(head: bytes, size: int) -> bool:
    """Return whether there is a SeekHead that names nothing behind the first cluster except the cues."""
    segment = next((c for c in walk(BytesIO(head), 0, size, ebml) if c.name == MATROSKA_SEGMENT), None)
    if segment is None:
        return False
    positions: list[int] = []
    for element in walk(BytesIO(head), segment.begin, size, ebml):
        if element.name == _SEEK_HEAD:
            positions += _seek_positions(head, element)
        if element.name == _CLUSTER:
            return bool(positions) and segment.begin + max(positions) < element.begin
    return False


def _seek_positions(head: bytes, seek_head: Chunk) -> list[int]:
    """Return the positions in the segment of all that a SeekHead names, except the cues."""
    positions = []
    for seek in _children(head, seek_head):
        named = {each.name: head[each.begin : each.begin + each.length] for each in _children(head, seek)}
        if named.get(_SEEK_ID) != _CUES:
            positions.append(int.from_bytes(named.get(_SEEK_POSITION, b"")))
    return positions


def _children(head: bytes, element: Chunk) -> Iterator[Chunk]:
    return walk(BytesIO(head), element.begin, element.begin + element.length - 1, ebml)
