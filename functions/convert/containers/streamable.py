"""Whether ffmpeg finds in a pipe all that it finds in the file, so that the source need not be fetched whole.

Everything but the audio has to come first, because a pipe cannot be rewound. The functions take the file's
first bytes and its size, and say no where these do not tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .audio_begin import CHUNKS
from .chunked.chunks import MATROSKA_SEGMENT, box, ebml, little, walk
from .flac.stream import flac_audio_begin
from .mp3 import is_mp3, xing_of
from .ogg import second_packets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .chunked.chunks import Chunk
    from .reader import Reader

# Matroska's elements (RFC 9559).
_CLUSTER, _CUES, _SEEK_HEAD = b"\x1f\x43\xb6\x75", b"\x1c\x53\xbb\x6b", b"\x11\x4d\x9b\x74"
_SEEK_ID, _SEEK_POSITION = b"\x53\xab", b"\x53\xac"
# EBML's numbers, and Matroska's ids, have no more (RFC 8794).
_MAX_NUMBER_BYTES = 8
# MPEG-TS: sync byte, packets to check, and offset and length of packets, without and with a timestamp.
_TS_SYNC, _TS_PACKETS, _TS_LENGTHS = 0x47, 16, ((0, 188), (4, 192))


def is_streamable(head: Reader, size: int) -> bool:
    """Return whether a file of that size that begins so can be read from a pipe."""
    begin = head.at(0, 16)
    if may_hold_video(head):
        return _is_ts(head) or _mp4_index_first(head, size) or _matroska_audio_last(head, size)
    if begin[:4] == b"OggS":
        # Headers, and then audio. A large cover may make the headers longer than the head.
        has_tags = all(second for _, second in second_packets(head))
        return has_tags and head.at(0, head.size).count(b"OggS") > 2  # noqa: PLR2004  # as above
    if begin[:4] == b"fLaC":
        return flac_audio_begin(head) < head.size
    if is_mp3(begin):
        xing = xing_of(head)
        return xing is not None and xing.begin < head.size
    return _ends_with_audio(head, size)


def may_hold_video(head: Reader) -> bool:
    """Return whether there may be several streams, which ffmpeg reads far into the file to find."""
    begin = head.at(0, 16)
    return begin[4:8] == b"ftyp" or begin[:4] == b"\x1a\x45\xdf\xa3" or _is_ts(head)


def _ends_with_audio(head: Reader, size: int) -> bool:
    """Return whether the audio is the last chunk: tags after it would not be read from a pipe."""
    form = head.at(0, 12)
    if form[:4] == b"RIFF" and form[8:12] != b"WAVE":
        return False
    begin, header, audio = CHUNKS.get(form[:4], (size, little, b""))
    for chunk in walk(head, begin, size, header):
        if chunk.name == audio:
            return chunk.begin + chunk.length + chunk.length % 2 == size
    return False


def _is_ts(head: Reader) -> bool:
    for begin, length in _TS_LENGTHS:
        packets = head.at(begin, length * _TS_PACKETS)[::length]
        if len(packets) == _TS_PACKETS and set(packets) == {_TS_SYNC}:
            return True
    return False


def _mp4_index_first(head: Reader, size: int) -> bool:
    """Return whether the index comes first and the media last, without chapters among the media."""
    chunks = list(walk(head, 0, size, box))
    names = [chunk.name for chunk in chunks]
    if names[-1:] != [b"mdat"] or names.count(b"mdat") > 1 or b"moov" not in names:
        return False
    media = chunks[-1]
    return b"chap" not in head.at(0, media.begin) and media.begin + media.length == size


def _matroska_audio_last(head: Reader, size: int) -> bool:
    """Return whether there is a SeekHead that names nothing behind the first cluster except the cues."""
    segment = next((c for c in walk(head, 0, size, ebml) if c.name == MATROSKA_SEGMENT), None)
    if segment is None:
        return False
    last = -1
    for element in walk(head, segment.begin, size, ebml):
        if element.name == _SEEK_HEAD:
            last = max([last, *_seek_positions(head, element)])
        if element.name == _CLUSTER:
            return last >= 0 and segment.begin + last < element.begin
    return False


def _seek_positions(head: Reader, seek_head: Chunk) -> Iterator[int]:
    """Yield the positions in the segment of all that a SeekHead names, except the cues."""
    for seek in _children(head, seek_head):
        named = {each.name: _number(head, each) for each in _children(head, seek)}
        if named.get(_SEEK_ID) != _CUES:
            yield int.from_bytes(named.get(_SEEK_POSITION, b""))


def _number(head: Reader, element: Chunk) -> bytes:
    return head.at(element.begin, min(element.length, _MAX_NUMBER_BYTES))


def _children(head: Reader, element: Chunk) -> Iterator[Chunk]:
    return walk(head, element.begin, element.begin + element.length, ebml)
