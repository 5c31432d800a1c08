"""Randomly damaged files of every container end with a result or an error of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hostile.fuzzing.mutation import mutated
from tests.hostile.fuzzing.originals import ENDINGS, write_originals
from tests.sampling import chosen

if TYPE_CHECKING:
    from tests.hostile.victim import Victim

SHARES = 16
FILES_EACH = 15
# Five shares damage a file of each container; the others are wide.
SAMPLE = range(5)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """A short valid file of each container."""
    return write_originals(tmp_path_factory.mktemp("originals"))


@pytest.mark.parametrize("share", chosen(range(SHARES), SAMPLE))
def test_a_damaged_file_has_a_result_or_an_error(
    layer_victim: Victim, originals: list[bytes], share: int
) -> None:
    """The victim raises anything else; a hang reaches the test's timeout."""
    outcomes = [
        layer_victim.convert(mutated(originals, seed), ("wav", "mp3")[seed % 2])
        for seed in range(share * FILES_EACH, (share + 1) * FILES_EACH)
    ]

    assert all((outcome.code is None) == (outcome.output is not None) for outcome in outcomes)


def test_the_sample_damages_a_file_of_each_container() -> None:
    marked = [bytes([n]) * 10_000 for n in range(len(ENDINGS))]
    damaged = [mutated(marked, seed) for seed in range(len(SAMPLE) * FILES_EACH)]

    assert {max(range(len(ENDINGS)), key=data.count) for data in damaged} == set(range(len(ENDINGS)))


def test_the_same_seed_makes_the_same_file(originals: list[bytes]) -> None:
    assert mutated(originals, 7) == mutated(originals, 7)
    assert len({mutated(originals, seed) for seed in range(50)}) > 40
