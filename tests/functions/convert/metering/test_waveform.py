"""A waveform keeps the extremes of points of equal length, and a bounded number of points."""

from __future__ import annotations

import json
import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.convert.metering.waveform import MAX_POINTS, Waveform

RATE_HZ = 8000


def waveform_of(
    samples: list[int], *, channels: int = 1, expected_s: float | None = None, at_once: int = 8192
) -> Waveform:
    waveform, audio = Waveform(RATE_HZ, channels, expected_s), memoryview(array("h", samples).tobytes())
    for begin in range(0, len(audio), at_once):
        waveform.add(audio[begin : begin + at_once])
    return waveform


def test_a_peak_is_the_larger_of_the_lowest_and_the_highest() -> None:
    assert waveform_of([100, -300, 200, 0]).peaks(MAX_POINTS) == [300]


def test_few_peaks_are_kept_and_many_are_reduced_to_their_highest() -> None:
    waveform = waveform_of([n for peak in (1, 9, -2, 3, -8, 4) for n in [peak] * 40])

    assert waveform.peaks(200) == [1, 9, 2, 3, 8, 4]
    assert waveform.peaks(3) == [9, 3, 8]


@given(st.lists(st.integers(-9, 9), max_size=12))
def test_the_loudest_point_is_the_first_of_the_highest_peaks(levels: list[int]) -> None:
    waveform = waveform_of([n for level in levels for n in [level] * 40])
    peaks = waveform.peaks(MAX_POINTS)

    assert max(range(len(peaks)), key=peaks.__getitem__, default=0) == waveform.loudest


def test_channels_share_a_point() -> None:
    waveform = waveform_of([1, -2] * 40 + [5, 3] * 20, channels=2)

    assert (waveform.frames_per_point, waveform.frames, waveform.peaks(MAX_POINTS)) == (40, 60, [2, 5])


@pytest.mark.parametrize("at_once", [2, 98, 1 << 20])
def test_points_do_not_depend_on_the_chunks(at_once: int) -> None:
    assert waveform_of([7] * 40 + [-9] * 40 + [8] * 20, at_once=at_once).peaks(MAX_POINTS) == [7, 9, 8]


@pytest.mark.parametrize("expected_s", [None, 1.0, 100.0, 100_000.0])
def test_the_number_of_points_does_not_grow_with_the_duration(expected_s: float | None) -> None:
    waveform = Waveform(RATE_HZ, 1, expected_s)
    kept = 0
    for n in range(100):
        waveform.add(memoryview(array("h", [n] * RATE_HZ).tobytes()))
        kept = max(kept, len(waveform.peaks(MAX_POINTS)))

    assert kept <= MAX_POINTS
    assert waveform.frames == 100 * RATE_HZ
    assert sorted(waveform.peaks(MAX_POINTS)) == waveform.peaks(MAX_POINTS)


def test_a_sine_is_drawn_between_its_extremes() -> None:
    sine = [round(16_384 * math.sin(2 * math.pi * 200 * n / RATE_HZ)) for n in range(RATE_HZ)]
    drawn = json.loads(waveform_of(sine).as_json())

    assert drawn == {
        "version": 2,
        "channels": 1,
        "sample_rate": RATE_HZ,
        "samples_per_pixel": 40,
        "bits": 8,
        "length": 200,
        "data": [-64, 64] * 200,
    }


def test_silence_is_drawn_as_zero_and_full_scale_fits_into_8_bits() -> None:
    drawn = json.loads(waveform_of([1, -1] * 20 + [-32_768, 32_767] * 20).as_json())

    assert drawn["data"] == [0, 0, -128, 127]


@given(st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=500))
def test_the_lowest_is_never_above_the_highest(samples: list[int]) -> None:
    data = json.loads(waveform_of(samples).as_json())["data"]

    assert all(low <= high for low, high in zip(data[::2], data[1::2], strict=True))


def test_a_known_duration_uses_nearly_all_points() -> None:
    waveform = Waveform(RATE_HZ, 1, 100.0)
    for _ in range(101):
        waveform.add(memoryview(bytes(2 * RATE_HZ)))

    assert 0.9 * MAX_POINTS < len(waveform.peaks(MAX_POINTS)) < MAX_POINTS
