"""Levels are measured chunk by chunk."""

from __future__ import annotations

import array
import math

import pytest

from functions.convert.metering.levels import PEAKS, Meter, SilentEnds

RATE_HZ = 8000


def tone(seconds: float, level: float) -> bytes:
    frames = (
        round(32767 * level * math.sin(2 * math.pi * 100 * n / RATE_HZ))
        for n in range(round(seconds * RATE_HZ))
    )
    return array.array("h", frames).tobytes()


def metered(audio: bytes, chunk: int = 4096, channels: int = 1, expected_s: float | None = None) -> Meter:
    meter = Meter(RATE_HZ, channels, expected_s)
    for begin in range(0, len(audio), chunk):
        meter.add(audio[begin : begin + chunk])
    return meter


@pytest.mark.parametrize("chunk", [1, 333, 4096, 1 << 20])
def test_chunks_of_any_size_give_the_same_levels(chunk: int) -> None:
    audio = tone(0.5, 0.25) + tone(0.25, 0.5)

    assert metered(audio).levels() == metered(audio, chunk).levels()


def test_a_sine_has_its_peak_and_its_effective_value() -> None:
    levels = metered(tone(2, 0.5)).levels()

    assert levels.peak_dbfs == pytest.approx(-6.02, abs=0.05)
    assert levels.rms_dbfs == pytest.approx(-9.03, abs=0.05)


def test_digital_silence_has_no_level() -> None:
    levels = metered(bytes(RATE_HZ)).levels()

    assert (levels.peak_dbfs, levels.rms_dbfs) == (None, None)
    assert set(levels.peaks) == {0.0}


@pytest.mark.parametrize("expected_s", [None, 60.0, 1.0, 10_000.0])
def test_a_waveform_shows_loud_parts_in_place_for_any_expected_duration(expected_s: float | None) -> None:
    peaks = metered(tone(20, 0.1) + tone(20, 0.8) + tone(20, 0.2), expected_s=expected_s).levels().peaks
    third = len(peaks) // 3

    assert peaks[third // 2] == pytest.approx(0.1, abs=0.01)
    assert peaks[third + third // 2] == pytest.approx(0.8, abs=0.01)
    assert peaks[-third // 2] == pytest.approx(0.2, abs=0.01)
    assert len(peaks) <= PEAKS


def test_the_loudest_place_is_found() -> None:
    assert metered(tone(3, 0.1) + tone(0.5, 0.9) + tone(3, 0.1)).loudest_s == pytest.approx(3.25, abs=0.3)


def test_duration_counts_frames() -> None:
    assert metered(bytes(RATE_HZ * 2 * 2 * 3), channels=2).seconds == 3


@pytest.mark.parametrize("chunk", [100, 4096, 1 << 20])
def test_silent_ends_are_found_to_10_ms(chunk: int) -> None:
    ends = SilentEnds(RATE_HZ, 1)
    audio = bytes(2 * RATE_HZ) + tone(1, 0.2) + bytes(RATE_HZ) + tone(0.5, 0.2) + bytes(4 * RATE_HZ)
    for begin in range(0, len(audio), chunk):
        ends.add(audio[begin : begin + chunk])

    assert ends.audible_span() == pytest.approx((1.0, 3.0), abs=0.011)


def test_noise_below_the_threshold_is_silent() -> None:
    ends = SilentEnds(RATE_HZ, 1)
    ends.add(tone(1, 0.002))

    assert ends.audible_span() is None
