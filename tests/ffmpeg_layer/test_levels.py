"""The layer's muxer measures what the meters find in the samples themselves."""

from __future__ import annotations

import random
import wave
from array import array
from typing import TYPE_CHECKING

import pytest

from functions.convert.metering.levels import Meter

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ffmpeg_layer.conftest import Variant

RATE_HZ = 11_025
# Name → channels, seconds, and the highest sample of each second.
SOURCES = {
    "full scale": (1, 7.3, [32_768]),
    "stereo": (2, 4.0, [9000, 400, 20_000, 300]),
    "six channels": (6, 2.0, [700]),
    "silence at the end": (1, 6.0, [20_000, 20_000, 0, 0, 0, 0]),
    "a few samples": (2, 0.001, [5000]),
    "silence": (1, 1.0, [0]),
}


def _samples(channels: int, seconds: float, heights: list[int]) -> array[int]:
    chance = random.Random(7)  # noqa: S311  # not a secret
    tops = [heights[int(n / RATE_HZ) % len(heights)] for n in range(round(seconds * RATE_HZ))]
    return array("h", (chance.randint(-top, max(0, top - 1)) for top in tops for _ in range(channels)))


@pytest.mark.parametrize("expected_s", [0.5, 5.0, 600.0])
@pytest.mark.parametrize("source", SOURCES)
def test_levels_are_those_of_the_samples(
    variant: Variant, tmp_path: Path, source: str, expected_s: float
) -> None:
    channels, seconds, heights = SOURCES[source]
    samples, made = _samples(channels, seconds, heights).tobytes(), tmp_path / "levels"
    with wave.open(str(tmp_path / "source.wav"), "wb") as file:
        file.setparams((channels, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(samples)
    by_samples, by_layer = (Meter(RATE_HZ, channels, expected_s) for _ in range(2))
    points = ("-frames_per_point", str(by_layer.waveform.frames_per_point))

    variant.output("-i", tmp_path / "source.wav", "-c:a", "pcm_s16le", *points, "-f", "levels", made)
    by_samples.add(samples)
    by_layer.add_records(memoryview(made.read_bytes()))

    assert by_layer.waveform == by_samples.waveform
    found, true = by_layer.levels(), by_samples.levels()
    assert (found.peaks, found.peak_dbfs) == (true.peaks, true.peak_dbfs)
    # The other meter rounds the level of each part to a whole step of 16 bits.
    assert found.rms_dbfs == pytest.approx(true.rms_dbfs, abs=0.02)
    assert found.noise_floor_dbfs == pytest.approx(true.noise_floor_dbfs, abs=0.1)


def test_it_takes_nothing_but_16_bit_samples(variant: Variant, tmp_path: Path) -> None:
    (source := tmp_path / "source.wav").write_bytes(b"")
    with wave.open(str(source), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(bytes(200))

    assert variant.run("-i", source, "-c:a", "pcm_f32le", "-f", "levels", tmp_path / "levels").returncode != 0
