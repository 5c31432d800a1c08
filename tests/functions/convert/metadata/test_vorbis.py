"""Vorbis comments are read under the names that programs give them."""

from __future__ import annotations

import pytest

from functions.convert.metadata.model.tags import Entry
from tests.functions.convert.metadata.reading import comments, read


def test_what_describes_the_stream_is_no_tag() -> None:
    tags = read(
        comments("WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x3F", "CHAPTER001=00:00:00.000", "TITLE=a"), "flac"
    )

    assert tags.entries == (Entry("title", "a"),)


def test_comment_and_description_are_two_fields() -> None:
    tags = read(comments("COMMENT=said", "DESCRIPTION=told"), "flac")

    assert tags.entries == (Entry("comment", "said"), Entry("description", "told"))


def test_a_description_alone_is_a_comment() -> None:
    """As the specification of Vorbis comments calls it, and EAC and ffmpeg write it."""
    assert read(comments("DESCRIPTION=told"), "flac").entries == (Entry("comment", "told"),)


def test_a_performer_has_an_instrument() -> None:
    assert read(comments("PERFORMER=Vi Ola (violin)"), "flac").entries == (
        Entry("performer", "Vi Ola", "violin"),
    )


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("RATING:me@x=0.6", Entry("rating", "153", "me@x")),
        ("RATING=80", Entry("rating", "204")),
        ("RATING=4", Entry("RATING", "4")),
        ("RATING=good", Entry("RATING", "good")),
    ],
)
def test_ratings_whose_scale_is_known_are_ratings(comment: str, expected: Entry) -> None:
    assert read(comments(comment), "flac").entries == (expected,)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("ALBUM ARTIST", "albumartist"),
        ("album_artist", "albumartist"),
        ("TOTALTRACKS", "totaltracks"),
        ("UNSYNCED LYRICS", "lyrics"),
        ("PUBLISHER", "label"),
        ("INITIALKEY", "key"),
        ("TSRC", "isrc"),
        ("YEAR", "date"),
    ],
)
def test_fields_have_further_names(name: str, field: str) -> None:
    assert read(comments(f"{name}=1"), "flac").names() == (field,)


def test_a_name_of_ones_own_stays_as_it_is() -> None:
    assert read(comments("Mood of the day=calm"), "flac").names() == ("Mood of the day",)
