"""A pipe is left alone for as long as half of it takes to fill, within bounds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from functions.convert.process.pipes import PIPE_BYTES, lengthen, pace_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def pipe() -> Iterator[int]:
    reader, writer = os.pipe()
    lengthen(writer)
    yield writer
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize("bytes_per_s", [60e6, 200e6])
def test_the_pause_settles_where_half_of_the_pipe_moves(pipe: int, bytes_per_s: float) -> None:
    pace, moved = pace_of(pipe), 1
    for _ in range(10):
        moved = round(bytes_per_s * pace.pause_s(moved))

    assert moved == pytest.approx(PIPE_BYTES / 2, rel=0.01)


def test_no_pause_is_longer_than_a_person_would_notice_nor_none_at_all(pipe: int) -> None:
    pace = pace_of(pipe)

    assert [pace.pause_s(0), pace.pause_s(1)] == [0.02, 0.02]
    assert min(pace.pause_s(PIPE_BYTES) for _ in range(100)) == 0.0005
