"""Pads chunks of odd lengths before the audio of WAV and AIFF, where a writer left the padding out.

ffmpeg looks for the next chunk a byte too far, and finds no audio. The byte is inserted, which moves what is
behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..reader import reading, unless_complex
from .chunks import big, little, walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..reader import Reader

# A hostile file can consist of such chunks only, and each moves all bytes behind it.
_MAX_PADDED = 8
_FIRST = 12
# What mostly comes before the audio.
_NAMES = frozenset(
    b"fmt |data|LIST|fact|bext|iXML|id3 |ID3 |cue |smpl|inst|JUNK|junk|PAD |FLLR|axml|PEAK|COMM|SSND".split(
        b"|"
    )
)
_BLOCK_BYTES = 1 << 20
# By the first bytes: the form of a chunk's header, and the name of the one with audio.
_FORMS = {b"RIFFWAVE": (little, b"data"), b"FORMAIFF": (big, b"SSND"), b"FORMAIFC": (big, b"SSND")}


def pad_chunks(file: Path, check: Callable[[], None] | None = None) -> None:
    """Insert the padding that is missing; leave other files as they are.

    Args:
        file: an upload, complete.
        check: is called now and then; an exception from it ends this.
    """
    for _ in range(_MAX_PADDED):
        with reading(file, check) as data:
            at = unless_complex(missing_padding, data, None)
        if at is None:
            return
        _insert_byte(file, at, check)


def missing_padding(data: Reader) -> int | None:
    """Return where the first padding is missing before the audio; None if it is nowhere."""
    head = data.at(0, _FIRST)
    header, audio = _FORMS.get(head[:4] + head[8:12], (None, b""))
    if header is None:
        return None
    for chunk in walk(data, _FIRST, data.size, header):
        if chunk.name == audio:
            return None
        end = chunk.begin + chunk.length
        if chunk.length % 2 and _lacks_padding(data.at(end, 5)):
            return end
    return None


def _lacks_padding(following: bytes) -> bool:
    """Return whether a name begins right behind a chunk and not, as it should, a byte later."""
    here, later = following[:4], following[1:]
    if len(following) < 5 or later in _NAMES:  # noqa: PLR2004  # a name and a byte
        return False
    return here in _NAMES or (_is_name(here) and not _is_name(later))


def _is_name(text: bytes) -> bool:
    """Return whether it may be a chunk's name: printable characters (RIFF MCI, 1991)."""
    return all(32 <= byte < 127 for byte in text) and text[:1] != b" "  # noqa: PLR2004  # ASCII


def _insert_byte(file: Path, at: int, check: Callable[[], None] | None) -> None:
    """Insert a zero; the blocks behind it move from the last one on."""
    with file.open("r+b") as data:
        end = data.seek(0, 2)
        while end > at:
            if check:
                check()
            begin = max(at, end - _BLOCK_BYTES)
            data.seek(begin)
            block = data.read(end - begin)
            data.seek(begin + 1)
            data.write(block)
            end = begin
        data.seek(at)
        data.write(b"\0")
