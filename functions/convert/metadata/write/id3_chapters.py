"""Chapters in ID3v2 (ID3v2 Chapter Frame Addendum): a frame for each, and the lists of them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from .filling import syncsafe
from .id3_bodies import V2_4, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.domain.media import Chapter

# The number of a list's entries is a byte.
_MAX_LISTED = 255
_TOP_LEVEL, _ORDERED = 2, 1
_MAX_MS = 0xFFFFFFFE
# Where a chapter begins in bytes, which is left to the times.
_NO_OFFSETS = b"\xff" * 8


def chapter_frames(chapters: Sequence[Chapter], version: int) -> Iterator[tuple[str, bytes]]:
    """Yield name and body of each frame."""
    if not chapters:
        return
    names = [b"ch%d\0" % number for number in range(len(chapters))]
    groups = [names[begin : begin + _MAX_LISTED] for begin in range(0, len(names), _MAX_LISTED)]
    if len(groups) == 1:
        yield "CTOC", _contents(b"toc\0", names, _TOP_LEVEL | _ORDERED)
    else:
        lists = [b"toc%d\0" % number for number in range(len(groups))][:_MAX_LISTED]
        yield "CTOC", _contents(b"toc\0", lists, _TOP_LEVEL | _ORDERED)
        for name, group in zip(lists, groups, strict=False):
            yield "CTOC", _contents(name, group, _ORDERED)
    for name, chapter in zip(names, chapters, strict=True):
        yield "CHAP", name + _times(chapter) + _NO_OFFSETS + _title(chapter.title, version)


def _contents(name: bytes, entries: Sequence[bytes], flags: int) -> bytes:
    return name + bytes([flags, len(entries)]) + b"".join(entries)


def _times(chapter: Chapter) -> bytes:
    begin, end = (min(round(seconds * 1000), _MAX_MS) for seconds in (chapter.start_s, chapter.end_s))
    return struct.pack(">II", begin, end)


def _title(title: str, version: int) -> bytes:
    if not title:
        return b""
    body = texts([title], version)
    size = syncsafe(len(body)) if version == V2_4 else len(body).to_bytes(4)
    return b"TIT2" + size + bytes(2) + body
