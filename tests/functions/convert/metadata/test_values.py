"""Genres, dates, numbers and text have one form."""

from __future__ import annotations

import pytest
from mutagen._constants import GENRES as KNOWN_GENRES

from functions.convert.metadata.model.genres import GENRES
from functions.convert.metadata.model.tags import Entry
from tests.functions.convert.metadata.reading import comments, raw, read
from tests.reports.inputs.tags import text


@pytest.mark.parametrize(
    ("genre", "expected"),
    [
        ("(17)", ("Rock",)),
        ("17", ("Rock",)),
        ("(17)Rock", ("Rock",)),
        ("(51)(39)", ("Techno-Industrial", "Noise")),
        ("(4)Eurodisco", ("Disco", "Eurodisco")),
        ("(RX)(17)", ("Remix", "Rock")),
        ("((Foo)", ("(Foo)",)),
        ("(255)", ()),
        ("1999", ("1999",)),
        ("Rock (live)", ("Rock (live)",)),
    ],
)
def test_genres_are_names(genre: str, expected: tuple[str, ...]) -> None:
    assert raw(text(b"TCON", genre)).values("genre") == expected


def test_genres_have_the_numbers_that_mutagen_knows() -> None:
    same = sum(ours == theirs for ours, theirs in zip(GENRES, KNOWN_GENRES, strict=True))
    assert (len(GENRES), same) == (192, 187)


def test_dates_of_old_tags_are_put_together() -> None:
    assert raw(text(b"TYER", "2005"), text(b"TDAT", "2411"), text(b"TIME", "0930")).values("date") == (
        "2005-11-24T09:30",
    )
    assert raw(text(b"TYER", "2005"), text(b"TDAT", "0000")).values("date") == ("2005",)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2005-11-24T07:00:00Z", "2005-11-24T07:00:00"),
        ("2005/1/4", "2005-01-04"),
        ("20051124", "2005-11-24"),
        ("2005-11-24 10:20:30", "2005-11-24T10:20:30"),
        ("2005-11", "2005-11"),
        ("summer of 69", "summer of 69"),
        ("24.11.2005", "24.11.2005"),
    ],
)
def test_dates_have_one_form(written: str, expected: str) -> None:
    assert read(comments(f"DATE={written}"), "flac").values("date") == (expected,)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("3/12", ("3", "12")),
        ("03/12", ("03", "12")),
        ("/12", ("", "12")),
        ("3", ("3", "")),
        ("A1", ("A1", "")),
    ],
)
def test_numbers_are_apart_from_totals(written: str, expected: tuple[str, str]) -> None:
    tags = raw(text(b"TRCK", written))

    assert (tags.first("tracknumber"), tags.first("totaltracks")) == expected


def test_numbers_that_are_not_set_and_flags_that_are_off_are_left_out() -> None:
    assert raw(text(b"TRCK", "0/0"), text(b"TCMP", "0"), text(b"TBPM", "0")).entries == ()


def test_text_is_composed_and_has_no_control_characters() -> None:
    tags = read(comments("TITLE=e\u0301t\u00e9\x07\x00", "LYRICS=one\r\ntwo\ttab"), "flac")

    assert tags.entries == (Entry("title", "été"), Entry("lyrics", "one\ntwo\ttab"))
