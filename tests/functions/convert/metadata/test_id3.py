"""Tags of ID3 are read: what is not plain text in a place of its own."""

from __future__ import annotations

import pytest

from functions.convert.metadata.model.tags import Entry, Unknown
from shared.domain.media import Chapter
from tests.functions.convert.metadata.reading import id3v1, raw, read
from tests.reports.inputs.tags import frame, synchsafe, text


def test_comments_and_lyrics_have_languages_and_descriptions() -> None:
    tags = raw(
        frame(b"COMM", b"\1deu" + "Quelle".encode("utf-16") + b"\0\0" + "Bühne".encode("utf-16")),
        frame(b"COMM", b"\0XXX\0first"),
        frame(b"USLT", b"\0spa\0uno\r\ndos"),
    )

    assert tags.entries == (
        Entry("comment", "Bühne", "Quelle", "deu"),
        Entry("comment", "first"),
        Entry("lyrics", "uno\ndos", "", "spa"),
    )


def test_figures_of_itunes_are_no_comments() -> None:
    tags = raw(frame(b"COMM", b"\0eng" + b"iTunSMPB\0 0 840"), frame(b"COMM", b"\0eng\0said"))

    assert tags.entries == (Entry("iTunSMPB", " 0 840"), Entry("comment", "said", "", "eng"))


@pytest.mark.parametrize("encoding", [0, 1, 2, 3])
def test_synchronised_lyrics_become_lrc(encoding: int) -> None:
    codec = ("latin-1", "utf-16", "utf-16-be", "utf-8")[encoding]
    end = b"\0\0" if encoding in {1, 2} else b"\0"
    lines = (("one", 1_000), ("two ä", 61_230), ("", 62_000))
    body = b"".join(words.encode(codec) + end + ms.to_bytes(4) for words, ms in lines)
    tags = raw(frame(b"SYLT", bytes([encoding]) + b"eng\2\1" + "karaoke".encode(codec) + end + body))

    lrc = "[00:01.00]one\n[01:01.23]two ä\n[01:02.00]"
    assert tags.entries == (Entry("syncedlyrics", lrc, "karaoke", "eng"),)


def test_synchronised_lyrics_in_frames_are_left_out_and_known() -> None:
    assert raw(frame(b"SYLT", b"\0eng\1\1\0one\0\0\0\0\1")).unknown == (Unknown("id3", "SYLT"),)


def test_people_have_roles_and_instruments() -> None:
    pairs = b"\3engineer\0Ana\0guitar\0Gus\0DJ-mix\0Dee\0\0Noa"
    tags = raw(frame(b"TIPL", pairs, 4), frame(b"TMCL", b"\3violin\0Vi", 4), version=4)

    assert tags.entries == (
        Entry("engineer", "Ana"),
        Entry("performer", "Gus", "guitar"),
        Entry("djmixer", "Dee"),
        Entry("performer", "Noa"),
        Entry("performer", "Vi", "violin"),
    )


def test_ratings_addresses_and_identifiers_are_read_and_the_rest_is_known() -> None:
    tags = raw(
        frame(b"POPM", b"me@x\0\xc4\0\0\0\7"),
        frame(b"WXXX", b"\0shop\0http://x"),
        frame(b"UFID", b"http://musicbrainz.org\0abc"),
        frame(b"UFID", b"other\0\1\2"),
        frame(b"PRIV", b"WM/Provider\0A"),
        frame(b"GEOB", b"\0text/plain\0f\0d\0cue"),
    )

    assert tags.entries == (
        Entry("rating", "196", "me@x"),
        Entry("url", "http://x", "shop"),
        Entry("musicbrainz_recordingid", "abc"),
    )
    assert [one.name for one in tags.unknown] == ["UFID:other", "PRIV:WM/Provider", "GEOB"]


def test_id3v1_fills_what_better_tags_lack() -> None:
    body = text(b"TIT2", "A title longer than thirty characters")
    data = b"ID3\3\0\0" + synchsafe(len(body)) + body + bytes(200)
    tags = read(data + id3v1(b"A title longer than thirty cha", b"Band", 17))

    assert tags.entries == (
        Entry("title", "A title longer than thirty characters"),
        Entry("artist", "Band"),
        Entry("genre", "Rock"),
    )


def test_id3v1_is_windows_1252_unless_it_is_utf_8() -> None:
    tags = read(bytes(300) + id3v1("Café – bar".encode("cp1252"), "Ötzi".encode()))

    assert tags.entries == (Entry("title", "Café – bar"), Entry("artist", "Ötzi"))
    assert tags.guessed == {"title": "windows-1252"}


def chapter(title: str | None, begin_ms: int, end_ms: int, version: int = 4) -> bytes:
    times = begin_ms.to_bytes(4) + end_ms.to_bytes(4) + b"\xff" * 8
    title_frame = b"" if title is None else text(b"TIT2", title, version)
    return frame(b"CHAP", f"id{begin_ms}\0".encode() + times + title_frame, version)


@pytest.mark.parametrize("version", [3, 4])
def test_chapters_have_long_titles_or_none(version: int) -> None:
    frames = (chapter("b" * 300, 500, 900, version), chapter(None, 0, 500, version))

    assert raw(*frames, version=version).chapters == (Chapter(0, 0.5, ""), Chapter(0.5, 0.9, "b" * 300))


def test_a_chapter_that_ends_before_it_begins_is_none() -> None:
    assert raw(chapter("a", 500, 400), frame(b"CHAP", b"id\0\0\0"), version=4).chapters == ()


def test_chapters_with_sizes_as_in_version_3_are_found() -> None:
    """As ffmpeg writes them, with sizes of titles as in version 4."""
    first, second = chapter("a" * 150, 0, 500), chapter("b", 500, 900)
    first = first[:4] + (len(first) - 10).to_bytes(4) + first[8:]

    assert [one.title[:1] for one in raw(first, second, version=4).chapters] == ["a", "b"]
