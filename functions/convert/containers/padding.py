"""Pads chunks of odd lengths before the audio of WAV and AIFF, where a writer left the padding out.

ffmpeg looks for the next chunk a byte too far, and finds no audio. The byte is inserted, which moves what is
behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from .chunks import big, little

if TYPE_CHECKING:
    from pathlib import Path

# A hostile file can consist of such chunks only, and each moves all bytes behind it.
_MAX_CHUNKS, _MAX_PADDED = 1000, 8
_HEADER, _FIRST = 8, 12
# What mostly comes before the audio.
_NAMES = frozenset(
    b"fmt |data|LIST|fact|bext|iXML|id3 |ID3 |cue |smpl|inst|JUNK|junk|PAD |FLLR|axml|PEAK|COMM|SSND".split(
        b"|"
    )
)
_BLOCK_BYTES = 1 << 20
# By the first bytes: the form of a chunk's header, and the name of the one with audio.
_FORMS = {b"RIFFWAVE": (little, b"data"), b"FORMAIFF": (big, b"SSND"), b"FORMAIFC": (big, b"SSND")}


def pad_chunks(file: Path) -> None:
    """Insert the padding that is missing; leave other files as they are."""
    with file.open("r+b") as data:
        head = data.read(_FIRST)
        header, audio = _FORMS.get(head[:4] + head[8:12], (None, b""))
        if header is None:
            return
        position, padded = _FIRST, 0
        for _ in range(_MAX_CHUNKS):
            data.seek(position)
            found = data.read(_HEADER)
            if len(found) < _HEADER or found[:4] == audio or padded == _MAX_PADDED:
                return
            length = header(found, 0)[2]
            end = position + _HEADER + length
            if length % 2 and _lacks_padding(data, end):
                _insert_byte(data, end)
                padded += 1
            position = end + length % 2


def _lacks_padding(data: BinaryIO, end: int) -> bool:
    """Return whether the next chunk's name begins right here and not, as it should, a byte later."""
    data.seek(end)
    here, later = (following := data.read(5))[:4], following[1:]
    if len(following) < 5 or later in _NAMES:  # noqa: PLR2004  # see above
        return False
    return here in _NAMES or (_is_name(here) and not _is_name(later))


def _is_name(text: bytes) -> bool:
    """Return whether it may be a chunk's name: printable characters (RIFF MCI, 1991)."""
    return all(32 <= byte < 127 for byte in text) and text[:1] != b" "  # noqa: PLR2004  # ASCII


def _insert_byte(data: BinaryIO, at: int) -> None:
    """Insert a zero; the blocks behind it move from the last one on."""
    end = data.seek(0, 2)
    while end > at:
        begin = max(at, end - _BLOCK_BYTES)
        data.seek(begin)
        block = data.read(end - begin)
        data.seek(begin + 1)
        data.write(block)
        end = begin
    data.seek(at)
    data.write(b"\0")
