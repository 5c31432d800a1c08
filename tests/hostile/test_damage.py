"""Damaged files are converted where players play them, and refused as damaged otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hostile.conftest import TOOLS
from tests.hostile.victim import Victim

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RATE_BYTES = 4 * 44_100


def zeroed(data: bytes, begin: float, size: int = 100) -> bytes:
    """Return the data with zeros from that share of it on."""
    at = round(begin * len(data))
    return data[:at] + bytes(size) + data[at + size :]


def seconds(wav: bytes | None) -> float:
    return len(wav or b"") / RATE_BYTES


def test_joined_mp3s_are_converted_whole(layer_victim: Victim, audio: Callable[..., Path]) -> None:
    song = audio("mp3", "-write_xing", "0").read_bytes()

    assert seconds(layer_victim.convert(song + song).output) == pytest.approx(4, abs=0.2)


def test_an_mp3_that_begins_within_a_frame_is_converted(
    layer_victim: Victim, audio: Callable[..., Path]
) -> None:
    song = audio("mp3", "-write_xing", "0", "-id3v2_version", "0").read_bytes()

    assert seconds(layer_victim.convert(song[700:]).output) == pytest.approx(2, abs=0.2)


@pytest.mark.parametrize("ending", ["mp3", "m4a", "aac"])
def test_a_damaged_packet_of_a_lossy_file_is_skipped(
    layer_victim: Victim, audio: Callable[..., Path], ending: str
) -> None:
    assert layer_victim.convert(zeroed(audio(ending).read_bytes(), 0.5, 20)).code is None


def test_a_lossy_file_with_many_damaged_packets_is_refused(
    layer_victim: Victim, audio: Callable[..., Path]
) -> None:
    data = audio("m4a").read_bytes()
    for share in range(20, 80, 3):
        data = zeroed(data, share / 100, 200)

    assert layer_victim.convert(data).code == "damaged"


@pytest.mark.parametrize("program", TOOLS)
def test_a_lossless_file_with_any_damage_is_refused(
    temporary: Path, audio: Callable[..., Path], program: str
) -> None:
    outcome = Victim(TOOLS[program]).convert(zeroed(audio("flac").read_bytes(), 0.5))

    assert (outcome.code, list(temporary.iterdir())) == ("damaged", [])
