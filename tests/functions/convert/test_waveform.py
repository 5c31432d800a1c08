"""A waveform keeps the extremes of equal stretches, and never more of these than fit."""

from __future__ import annotations

from array import array

import pytest

from functions.convert.waveform import MOST_STRETCHES, Waveform

RATE_HZ = 8000


def drawn(
    samples: list[int], *, channels: int = 1, expected_s: float | None = None, at_once: int = 8192
) -> Waveform:
    waveform, sound = Waveform(RATE_HZ, channels, expected_s), memoryview(array("h", samples).tobytes())
    for begin in range(0, len(sound), at_once):
        waveform.take(sound[begin : begin + at_once])
    return waveform


def test_a_peak_is_the_larger_of_the_lowest_and_the_highest() -> None:
    assert drawn([100, -300, 200, 0]).peaks == [300]


def test_channels_share_a_stretch() -> None:
    waveform = drawn([1, -2] * 40 + [5, 3] * 20, channels=2)

    assert (waveform.stretch, waveform.frames, waveform.peaks) == (40, 60, [2, 5])


@pytest.mark.parametrize("at_once", [2, 98, 1 << 20])
def test_stretches_lie_where_they_lie_however_the_sound_comes(at_once: int) -> None:
    assert drawn([7] * 40 + [-9] * 40 + [8] * 20, at_once=at_once).peaks == [7, 9, 8]


@pytest.mark.parametrize("expected_s", [None, 1.0, 100.0, 100_000.0])
def test_what_is_kept_does_not_grow_with_the_length(expected_s: float | None) -> None:
    waveform = Waveform(RATE_HZ, 1, expected_s)
    kept = 0
    for n in range(100):
        waveform.take(memoryview(array("h", [n] * RATE_HZ).tobytes()))
        kept = max(kept, len(waveform.peaks))

    assert kept <= MOST_STRETCHES
    assert waveform.frames == 100 * RATE_HZ
    assert sorted(waveform.peaks) == waveform.peaks


def test_a_known_length_is_drawn_as_finely_as_fits() -> None:
    waveform = Waveform(RATE_HZ, 1, 100.0)
    for _ in range(101):
        waveform.take(memoryview(bytes(2 * RATE_HZ)))

    assert 0.9 * MOST_STRETCHES < len(waveform.peaks) < MOST_STRETCHES
