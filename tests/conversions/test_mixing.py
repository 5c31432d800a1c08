"""The same mix in every format, without clipping: levels after a change of the number of channels."""

from __future__ import annotations

import array
import math
import subprocess
from typing import TYPE_CHECKING

import pytest

from functions.convert.ffmpeg.binaries import Tools
from functions.convert.plan.level.loudness import PEAK_CEILING_DBTP
from functions.convert.plan.mix import LAYOUTS, mix_matrix, pan_filter
from tools.docs.conversion_matrix import decoded
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.verify.verified_output import VerifiedOutput

    Made = Callable[..., dict[str, VerifiedOutput]]
    Peaks = Callable[[dict[str, VerifiedOutput]], dict[str, float]]

LOUD, HALF = 0.944, 0.5
# What an encoder may add or take away, in dB, of a tone at its default bit rate.
CODEC_DB = 0.6


def tones(target: Path, layout: str, *amplitudes: float, rate_hz: int = 48_000) -> Path:
    """A second of 440 Hz in each channel, in phase."""
    channels = "|".join(f"{amplitude}*sin(2*PI*440*t)" for amplitude in amplitudes)
    source = f"aevalsrc={channels}:s={rate_hz}:c={layout}:d=1"
    codec = ("-c:a", "pcm_f32le") if target.suffix == ".wav" else ("-b:a", "448k")
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi", "-i", source, *codec, str(target)]
    subprocess.run(argv, check=True)
    return target


def db(amplitude: float) -> float:
    return 20 * math.log10(amplitude)


@pytest.fixture
def peaks() -> Peaks:
    """Peaks in dBFS of the middle half of each output, where no encoder starts or ends."""
    # The layer cannot write floating point without a container.
    full = Tools(program("ffmpeg"), program("ffprobe"))

    def measure(outputs: dict[str, VerifiedOutput]) -> dict[str, float]:
        found = decoded(full, [output.file for output in outputs.values()], "pcm_f32le")
        return dict(zip(outputs, map(_middle_peak_db, found), strict=True))

    return measure


def _middle_peak_db(data: bytes) -> float:
    samples = array.array("f", data)
    middle = samples[len(samples) // 4 : 3 * len(samples) // 4]
    return 20 * math.log10(max(map(abs, middle)))


def test_stereo_becomes_mono_at_the_same_level_in_every_format(
    made_all: Made, peaks: Peaks, tmp_path: Path
) -> None:
    source = tones(tmp_path / "stereo.wav", "stereo", LOUD, LOUD)

    found = peaks(made_all(source, "wav", "flac", "mp3", "ogg", "opus", channels=1))
    # At its default bit rate ffmpeg's AAC encoder overshoots a tone by a decibel.
    found |= peaks(made_all(source, "m4a", channels=1, bitRateKbps=192))

    assert found == pytest.approx(dict.fromkeys(found, db(LOUD)), abs=CODEC_DB)


def test_mono_becomes_stereo_at_its_level(made_all: Made, peaks: Peaks, tmp_path: Path) -> None:
    source = tones(tmp_path / "mono.wav", "mono", HALF)

    found = peaks(made_all(source, "wav", "mp3", "m4a", channels=2))

    assert found == pytest.approx(dict.fromkeys(found, db(HALF)), abs=CODEC_DB)


def test_the_dialogue_of_a_film_keeps_its_power(made_all: Made, peaks: Peaks, tmp_path: Path) -> None:
    source = tones(tmp_path / "film.ac3", "5.1(side)", 0, 0, HALF, 0, 0, 0)

    found = peaks(made_all(source, "wav", "mp3", "m4a", channels=2))

    assert found == pytest.approx(dict.fromkeys(found, db(HALF) - 3), abs=CODEC_DB)


def test_a_loud_film_is_limited_and_neither_clipped_nor_turned_down(
    made_all: Made, peaks: Peaks, tmp_path: Path
) -> None:
    loud = tones(tmp_path / "loud.ac3", "5.1(side)", *[LOUD] * 6)
    modest = tones(tmp_path / "modest.ac3", "5.1(side)", *[HALF / 2] * 6)

    limited = peaks(made_all(loud, "wav", "mp3", "m4a", "opus", channels=2))
    kept = peaks(made_all(modest, "wav", "mp3", channels=2))

    assert limited == pytest.approx(dict.fromkeys(limited, PEAK_CEILING_DBTP), abs=CODEC_DB)
    assert kept == pytest.approx(dict.fromkeys(kept, db(HALF / 2 * (1 + 2 * 0.7071))), abs=CODEC_DB)


def test_a_gain_beyond_full_scale_is_limited(made_all: Made, peaks: Peaks, tmp_path: Path) -> None:
    source = tones(tmp_path / "stereo.wav", "stereo", HALF, HALF)

    found = peaks(made_all(source, "wav", "flac", gainDb=12))

    assert found == pytest.approx(dict.fromkeys(found, PEAK_CEILING_DBTP), abs=0.1)


@pytest.mark.parametrize(
    ("source", "target"), [("mono", "3.0"), ("3.1", "3.0"), ("5.0", "6.1(back)"), ("7.0(front)", "7.1(wide)")]
)
def test_every_channel_reaches_its_place_in_a_layout_that_is_not_ffmpegs_default(
    source: str, target: str
) -> None:
    channels, speakers = LAYOUTS[source].split(), LAYOUTS[target].split()
    levels = [0.1 * n for n, _ in enumerate(channels, 1)]
    matrix = mix_matrix(tuple(channels), tuple(speakers))
    constants = "|".join(f"{level:g}" for level in levels)
    # The layer has no generator of signals.
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi"]
    argv += ["-i", f"aevalsrc='{constants}':c={source}:d=0.1", "-af", pan_filter(matrix, target)]
    argv += ["-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"]
    data = subprocess.run(argv, check=True, capture_output=True).stdout
    frame = array.array("f", data)[: len(speakers)]

    assert list(frame) == pytest.approx(
        [sum(gain * level for gain, level in zip(row, levels, strict=True)) for row in matrix]
    )
