"""A language matches the larger one that it is often tagged by."""

from __future__ import annotations

import pytest

from shared.domain.languages import same_language


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("nb", "nor"), ("nn", "nor"), ("no", "nob"), ("no", "nno"), ("nb-NO", "nob")),
        *(("zh", "chi"), ("zh", "cmn"), ("yue", "chi"), ("zh-TW", "cmn")),
    ],
)
def test_a_language_matches_the_larger_one(one: str, other: str) -> None:
    assert same_language(one, other)
    assert same_language(other, one)


@pytest.mark.parametrize(("one", "other"), [("nb", "nno"), ("cmn", "yue"), ("no", "zh")])
def test_two_within_a_larger_one_differ(one: str, other: str) -> None:
    assert not same_language(one, other)
