"""Broken pictures: they never decide over the sound."""

from __future__ import annotations

import random
import struct

from tests.reports.inputs.made import encoded, sine
from tests.reports.inputs.tags import frame, id3, text
from tests.reports.kinds.tags_and_covers import jpeg
from tests.reports.report import Converted, Report

HTML = b"<html><body>404 Not Found</body></html>"
HUGE_PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 60_000, 60_000, 8, 2, 0, 0, 0)
NOISE = random.Random(1).randbytes(5000)  # noqa: S311  # the same noise every time
WITHOUT_IT = Converted(
    seconds=0.5, within_s=0.05, tags={"title": "Song"}, has_cover=False, notes=["cover_dropped"]
)


def with_picture(picture: bytes, kind: bytes = b"image/jpeg") -> bytes:
    """An MP3 with this as its front cover."""
    return id3(text(b"TIT2", "Song"), frame(b"APIC", b"\0" + kind + b"\0\3\0" + picture)) + song()


def song() -> bytes:
    return encoded("libmp3lame -id3v2_version 0", "mp3", sine(0.5))


REPORTS = (
    Report(
        "Cover art keeps some albums from being played or converted.",
        ["navidrome/navidrome 2437", "navidrome/navidrome 5059"],
        "A picture that cannot be read is left out, with a note.",
        lambda: with_picture(NOISE),
        WITHOUT_IT,
        to="m4a",
    ),
    Report(
        "Album images cannot be extracted: one is the error page of a server.",
        ["navidrome/navidrome 5059"],
        "It is left out, with a note.",
        lambda: with_picture(HTML),
        WITHOUT_IT,
        to="flac",
    ),
    Report(
        "Album images cannot be extracted: one ends after its first bytes.",
        ["navidrome/navidrome 5059"],
        "It is left out, with a note.",
        lambda: with_picture(jpeg()[:20]),
        WITHOUT_IT,
        to="m4a",
    ),
    Report(
        "Album images cannot be extracted: one claims 60,000 × 60,000 pixels.",
        ["navidrome/navidrome 5059"],
        "It is left out, with a note.",
        lambda: with_picture(HUGE_PNG + bytes(100), b"image/png"),
        WITHOUT_IT,
        to="m4a",
    ),
)
