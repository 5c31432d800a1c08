"""A pipe is polled about as often as half of it moves, within bounds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from functions.convert.process.polling import PIPE_BYTES, enlarge_pipe, pipe_interval

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def pipe() -> Iterator[int]:
    reader, writer = os.pipe()
    enlarge_pipe(writer)
    yield writer
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize("bytes_per_s", [60e6, 200e6])
def test_the_interval_converges_to_half_a_pipe(pipe: int, bytes_per_s: float) -> None:
    interval, moved = pipe_interval(pipe), 1
    for _ in range(10):
        moved = round(bytes_per_s * interval.next_s(moved))

    assert moved == pytest.approx(PIPE_BYTES / 2, rel=0.01)


def test_the_interval_stays_within_its_bounds(pipe: int) -> None:
    interval = pipe_interval(pipe)

    assert [interval.next_s(0), interval.next_s(1)] == [0.02, 0.02]
    assert min(interval.next_s(PIPE_BYTES) for _ in range(100)) == 0.0005
