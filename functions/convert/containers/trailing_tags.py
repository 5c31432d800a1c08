"""Tags and junk that other programs append to a FLAC or MP3, which ffmpeg would take for damaged audio."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .ape import HEADER_BYTES, ID3V1_BYTES, id3v1_bytes
from .ape import MAGIC as APE
from .flac.stream import flac_audio_end
from .mp3 import is_mp3
from .reader import reading, unless_complex

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .reader import Reader

# A hostile file can consist of tags only.
_MAX_TAGS = 4
# Lyrics3: version 2 states its length in six digits before its end; version 1 has at most 5,100 letters.
_LYRICS, _LYRICS_1, _LYRICS_2 = b"LYRICSBEGIN", b"LYRICSEND", b"LYRICS200"
_LYRICS_FOOTER, _MAX_LYRICS_1 = 15, 5200


def remove_trailing_tags(file: Path, check: Callable[[], None] | None = None) -> None:
    """Truncate a FLAC where its audio ends, and take Lyrics3 out of an MP3; leave other files as they are."""
    with reading(file, check) as data:
        end = unless_complex(audio_end, data, data.size)
        nothing = range(end, end)
        lyrics = unless_complex(lyrics3, data, nothing)
        rest = data.at(lyrics.stop, ID3V1_BYTES)
    os.truncate(file, end)
    if lyrics:
        os.truncate(file, lyrics.start)
        with file.open("ab") as changed:
            changed.write(rest)


def has_trailing_tags(file: Path, check: Callable[[], None] | None = None) -> bool:
    """Return whether there is anything to remove."""
    with reading(file, check) as data:
        return unless_complex(audio_end, data, data.size) < data.size


def audio_end(data: Reader) -> int:
    """Return where a FLAC file's last frame ends; else where ID3v1 and APE tags begin; else its size."""
    if data.at(0, 4) != b"fLaC":
        return data.size
    end = flac_audio_end(data)
    return before_tags(data, end) if end == data.size else end


def before_tags(data: Reader, end: int) -> int:
    """Return where the ID3v1 and APE tags begin that end at a position."""
    for _ in range(_MAX_TAGS):
        end -= _tag_bytes(data, end)
    return end


def lyrics3(data: Reader) -> range:
    """Return where an MP3 has a Lyrics3 tag: at its end or before ID3v1; an empty range for none."""
    end = data.size - id3v1_bytes(data, data.size)
    footer = data.at(max(0, end - _LYRICS_FOOTER), _LYRICS_FOOTER)
    begin = end
    if footer.endswith(_LYRICS_2) and footer[:6].isdigit():
        begin = end - _LYRICS_FOOTER - int(footer[:6])
    elif footer.endswith(_LYRICS_1):
        most = min(end, _MAX_LYRICS_1)
        found = data.at(end - most, most).rfind(_LYRICS)
        begin = end - most + found if found >= 0 else end
    is_lyrics = is_mp3(data.at(0, 16)) and begin >= 0 and data.at(begin, len(_LYRICS)) == _LYRICS
    return range(begin, end) if is_lyrics else range(end, end)


def _tag_bytes(data: Reader, end: int) -> int:
    """Return the length of the tag that ends there; 0 if none does."""
    if tag := id3v1_bytes(data, end):
        return tag
    footer = data.at(max(0, end - HEADER_BYTES), HEADER_BYTES)
    if not footer.startswith(APE):
        return 0
    # It counts the footer and the items, but not the optional header.
    length = int.from_bytes(footer[12:16], "little")
    length += HEADER_BYTES if data.at(max(0, end - length - HEADER_BYTES), len(APE)) == APE else 0
    return length if length <= end else 0
