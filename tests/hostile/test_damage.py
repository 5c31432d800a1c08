"""Files that are not as they should be: what players play is converted, the rest is named for what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hostile.conftest import ENGINES
from tests.hostile.victim import Victim

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RATE_BYTES = 4 * 44_100


def spoilt(data: bytes, begin: float, size: int = 100) -> bytes:
    """Zeros from that share of it on."""
    at = round(begin * len(data))
    return data[:at] + bytes(size) + data[at + size :]


def seconds(wav: bytes | None) -> float:
    return len(wav or b"") / RATE_BYTES


def test_mp3s_joined_to_one_are_one(layer_victim: Victim, audio: Callable[..., Path]) -> None:
    song = audio("mp3", "-write_xing", "0").read_bytes()

    assert seconds(layer_victim.convert(song + song).output) == pytest.approx(4, abs=0.2)


def test_a_recording_that_begins_within_a_frame_is_heard(
    layer_victim: Victim, audio: Callable[..., Path]
) -> None:
    song = audio("mp3", "-write_xing", "0", "-id3v2_version", "0").read_bytes()

    assert seconds(layer_victim.convert(song[700:]).output) == pytest.approx(2, abs=0.2)


@pytest.mark.parametrize("ending", ["mp3", "m4a", "aac"])
def test_a_scratch_in_a_lossy_file_is_played_over(
    layer_victim: Victim, audio: Callable[..., Path], ending: str
) -> None:
    assert layer_victim.convert(spoilt(audio(ending).read_bytes(), 0.5, 20)).code is None


def test_a_lossy_file_that_is_mostly_scratches_is_damaged(
    layer_victim: Victim, audio: Callable[..., Path]
) -> None:
    data = audio("m4a").read_bytes()
    for share in range(20, 80, 3):
        data = spoilt(data, share / 100, 200)

    assert layer_victim.convert(data).code == "damaged"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_lossless_file_with_a_scratch_is_damaged(
    temporary: Path, audio: Callable[..., Path], engine: str
) -> None:
    outcome = Victim(ENGINES[engine]).convert(spoilt(audio("flac").read_bytes(), 0.5))

    assert (outcome.code, list(temporary.iterdir())) == ("damaged", [])
