"""Gains to a loudness, and their correction by what an output reached."""

from __future__ import annotations

import math
from array import array

import pytest

from functions.convert.ffmpeg.loudness import Measurement
from functions.convert.metering.loudness import Windows
from functions.convert.plan.level.loudness import Gain, Goal, Room, corrected, gain_to
from shared.domain.media import Loudness

GOAL, ROOM = Goal(-16.0), Room(1.2, 12.0)
# Five seconds of an even level, with a peak of 0 dBTP in each second.
PEAKS = array("f", ([1.0] + [0.1] * 99) * 5)
STEADY = Windows(PEAKS, array("f", [10 ** ((-24 + 0.691) / 10)] * 500))
BEFORE = Measurement(STEADY.loudness(), STEADY)
FIRST = gain_to(GOAL, BEFORE, ROOM)


def test_windows_have_the_loudness_of_their_energy() -> None:
    assert (BEFORE.loudness.integrated_lufs, BEFORE.loudness.true_peak_dbtp) == (-24.0, 0.0)
    assert BEFORE.loudness.max_short_term_lufs == -24.0
    assert STEADY.loudness(dual_mono=True).integrated_lufs == pytest.approx(-20.99)


def test_silence_has_no_loudness_and_gets_no_gain() -> None:
    silence = Windows(array("f", [0.0] * 100), array("f", [0.0] * 100))

    assert silence.loudness() == Loudness(None, 0.0, None)
    assert gain_to(GOAL, Measurement(silence.loudness(), silence), ROOM) == Gain()


def test_the_first_gain_makes_up_for_the_limiter() -> None:
    assert FIRST.ceiling_dbtp == pytest.approx(-2.3)
    assert 8.0 < FIRST.gain_db < 9.0
    assert STEADY.limited_lufs(FIRST.gain_db, FIRST.ceiling_dbtp) == pytest.approx(-16.0, abs=0.05)


def test_the_limiter_of_every_ffmpeg_recovers_evenly_within_50_ms() -> None:
    # A peak of 6 dB too much in every second, in an even level: what is lost is that of 5 windows.
    even = Windows(PEAKS, STEADY.energies, holds=False)
    lost = [(0.5 + 0.1 * n) ** 2 for n in range(5)]
    level = 10 * math.log10((95 + sum(lost)) / 100)

    assert even.limited_lufs(0.0, 20 * math.log10(0.5)) == pytest.approx(-24 + level, abs=0.02)


def test_what_complies_gets_no_gain_and_no_limiter() -> None:
    compliant = Measurement(Loudness(-16.1, 1.0, -1.0), STEADY)

    assert gain_to(GOAL, compliant, ROOM) == Gain()


def test_a_limiter_takes_twelve_decibels_at_most() -> None:
    clicks = Measurement(Loudness(-50.0, 1.0, 0.0), STEADY)

    assert gain_to(GOAL, clicks, ROOM).gain_db == pytest.approx(12 - 2.3)


def test_a_good_output_is_not_encoded_again() -> None:
    for is_last in (False, True):
        assert corrected(FIRST, GOAL, BEFORE, Loudness(-16.4, 1, -1.1), ROOM, is_last=is_last) is None


def test_peaks_above_the_ceiling_lower_the_limit_while_the_loudness_can_be_kept() -> None:
    better = corrected(FIRST, GOAL, BEFORE, Loudness(-16.0, 1, -0.4), ROOM, is_last=False)

    assert better is not None
    assert better.ceiling_dbtp == pytest.approx(-2.3 - 0.65 - 0.1)
    assert better.gain_db > FIRST.gain_db
    assert better.after_db == 0


def test_the_last_correction_lowers_everything_by_more_than_the_excess() -> None:
    last = corrected(FIRST, GOAL, BEFORE, Loudness(-16.0, 1, -0.4), ROOM, is_last=True)

    assert last is not None
    assert (last.gain_db, last.ceiling_dbtp) == (FIRST.gain_db, FIRST.ceiling_dbtp)
    assert -0.4 + last.after_db < -1.3


def test_what_is_too_loud_at_last_is_lowered_as_a_whole() -> None:
    last = corrected(FIRST, GOAL, BEFORE, Loudness(-15.0, 1, -1.5), ROOM, is_last=True)

    assert last is not None
    assert last.after_db == pytest.approx(-1.0)


def test_a_clip_shorter_than_a_block_has_only_a_ceiling() -> None:
    short = Measurement(BEFORE.loudness, STEADY, is_short=True)

    assert corrected(FIRST, GOAL, short, Loudness(-30.0, 1, -1.1), ROOM, is_last=False) is None
    assert corrected(FIRST, GOAL, short, Loudness(-30.0, 1, 0.5), ROOM, is_last=False) is not None
