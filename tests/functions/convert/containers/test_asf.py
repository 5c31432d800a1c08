"""What ffmpeg does not read of ASF's metadata library."""

from __future__ import annotations

import struct

from functions.convert.containers.asf import unread_metadata
from functions.convert.containers.reader import Reader, unless_complex
from tests.reports.inputs.asf import entry, library, picture, with_objects


def test_a_library_of_short_values_is_read() -> None:
    assert unread_metadata(Reader.of(with_objects(library(picture(9), entry("WM/Mood", "calm"))))) == (0, {})


def test_a_long_picture_hides_what_follows() -> None:
    values = [entry("WM/Year", "1999"), picture(70_000), entry("WM/Mood", "calm"), picture(9)]

    assert unread_metadata(Reader.of(with_objects(library(*values)))) == (2, {"WM/Mood": "calm"})


def test_lies_about_counts_and_lengths_end() -> None:
    whole = with_objects(library(picture(70_000), entry("WM/Mood", "calm")))
    at = whole.index(bytes.fromhex("941c23449894d149a1411d134e457054")) + 24
    for lie in (struct.pack("<H", 0xFFFF), struct.pack("<HHHHHI", 0xFFFF, 0, 0, 0xFFFF, 1, 0xFFFFFFFF)):
        data = whole[:at] + lie + whole[at + len(lie) :]

        assert unless_complex(unread_metadata, Reader.of(data), None) is not None


def test_a_file_without_a_library_has_nothing() -> None:
    plain = with_objects()
    for data in (plain, b"", plain[:40], bytes(100)):
        assert unread_metadata(Reader.of(data)) == (0, {})
