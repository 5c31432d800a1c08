"""Randomly damaged files of every container end with a result or an error of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hostile.mutation import mutated

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.hostile.victim import Victim

# All but AMR and APE, for which there is no free encoder.
ENDINGS = (
    "wav", "mp3", "flac", "ogg", "opus", "m4a", "mov", "aac", "aiff", "w64", "webm", "mka", "wma",
    "avi", "ts", "mpg", "flv", "caf", "au", "ac3", "eac3", "dts", "thd", "mlp", "wv", "tta",
)  # fmt: skip
SHORT = ("-t", "0.4", "-strict", "-2", "-metadata", "title=Song", "-metadata", "artist=Ana")
SHARES = 16
FILES_EACH = 15


def files(audio: Callable[..., Path]) -> list[bytes]:
    return [audio(ending, *SHORT).read_bytes() for ending in ENDINGS]


@pytest.mark.parametrize("share", range(SHARES))
def test_a_damaged_file_has_a_result_or_an_error(
    layer_victim: Victim, audio: Callable[..., Path], share: int
) -> None:
    """The victim raises anything else; a hang reaches the test's timeout."""
    originals = files(audio)
    outcomes = [
        layer_victim.convert(mutated(originals, seed), ("wav", "mp3")[seed % 2])
        for seed in range(share * FILES_EACH, (share + 1) * FILES_EACH)
    ]

    assert all((outcome.code is None) == (outcome.output is not None) for outcome in outcomes)


def test_the_same_seed_makes_the_same_file(audio: Callable[..., Path]) -> None:
    originals = files(audio)

    assert mutated(originals, 7) == mutated(originals, 7)
    assert len({mutated(originals, seed) for seed in range(50)}) > 40
