"""The limits of ffmpeg follow from what the probe found."""

from __future__ import annotations

import signal
from dataclasses import replace

import pytest

from functions.convert.ffmpeg.limits import FLOOR_S, limit_exceeded, limits_for
from functions.convert.process.limits import MIB, CompletedProcess, Limits
from shared.domain.files import Output
from shared.domain.media import Probe
from shared.domain.options import Options

SONG = Probe("wav", "pcm_s16le", 200.0, 44_100, 2)
ENDED = CompletedProcess(0, b"", "", timed_out=False, wall_s=1, cpu_s=1)


def limits(source: Probe = SONG, size_bytes: int = 35 * MIB, *outputs: Output) -> Limits:
    wanted = outputs or (Output("mp3", "x"),)
    return limits_for(source, size_bytes, wanted, until=1000.0, longest_s=3600, largest=4000 * MIB)


def test_the_deadline_grows_with_the_duration_above_a_floor() -> None:
    assert limits().wall_s == FLOOR_S + 50
    assert limits(replace(SONG, duration_s=0.1)).wall_s == pytest.approx(FLOOR_S, abs=1)


def test_each_output_adds_time() -> None:
    assert limits(SONG, 1, Output("mp3", "x"), Output("ogg", "y")).wall_s == FLOOR_S + 100


def test_slow_speed_allows_more_time_and_more_audio() -> None:
    slow = limits(SONG, 1, Output("mp3", "x", Options(speed=0.5)))

    assert (slow.wall_s, slow.audio_s) == (FLOOR_S + 100, 7201)


def test_without_a_duration_the_size_bounds_it() -> None:
    assert limits(replace(SONG, duration_s=None), 50_000).wall_s == FLOOR_S + 25


def test_no_more_than_the_longest_audio_is_allowed_for() -> None:
    assert limits(replace(SONG, duration_s=1e9)) == limits(replace(SONG, duration_s=3600.0))


def test_a_file_may_not_grow_beyond_what_its_audio_can_fill() -> None:
    assert 200 * MIB < limits().file_bytes < 400 * MIB


@pytest.mark.parametrize(
    ("completed", "code"),
    [
        (replace(ENDED, timed_out=True), "timed_out"),
        (replace(ENDED, code=-signal.SIGXCPU), "timed_out"),
        (replace(ENDED, code=-signal.SIGXFSZ), "too_large"),
        (replace(ENDED, code=1), None),
        (ENDED, None),
    ],
)
def test_a_reached_limit_has_its_own_code(completed: CompletedProcess, code: str | None) -> None:
    error = limit_exceeded(completed, limits())

    assert (error.code if error else None) == code
