"""A change of sample rate or depth keeps the audible band, and adds nothing that is heard.

Public reports of what is tested here: jiaaro/pydub#817 and wenet-e2e/wenet#822 (resampling by linear
interpolation), xbmc/xbmc#16391 and slhck/ffmpeg-normalize#160 (swresample against soxr),
staxrip/staxrip#880 (24 bits lost on the way to FLAC), enzo1982/freac#179 (16 bits in a file of 24 came
back changed), audacity/audacity#698 (dither in digital silence).
"""

from __future__ import annotations

import array
import cmath
import math
import subprocess
from typing import TYPE_CHECKING

import pytest

from functions.convert.ffmpeg.binaries import Tools
from functions.convert.ffmpeg.resampling import PASSBAND, REJECTION_DB, RIPPLE_DB, resample
from shared.domain.formats import FORMATS
from shared.domain.options import parse_options
from tests.sampling import crossed
from tools.docs.conversion_matrix import convert, decoded
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.verify.verified_output import VerifiedOutput

    Made = Callable[..., VerifiedOutput]
    MadeAll = Callable[..., dict[str, VerifiedOutput]]

# The layer has no generators.
FULL = Tools(program("ffmpeg"), program("ffprobe"))
FULL_SCALE = 2.0**31
LOUD = 0.5
# A tone of one step of 16 bits.
FAINT = 1 / 32_768
RATES = [
    (96_000, 44_100), (88_200, 44_100), (48_000, 44_100), (44_100, 48_000), (192_000, 48_000),
    (8_000, 48_000), (48_000, 16_000), (44_056, 48_000),
]  # fmt: skip


class WithoutSoxr(Tools):
    """Programs that resample as those built without soxr."""

    @property
    def has_soxr(self) -> bool:
        return False


def generated(
    target: Path, expression: str, rate_hz: int, codec: str = "pcm_s24le", seconds: float = 1
) -> Path:
    """Mono, by an expression of ffmpeg's."""
    source = f"aevalsrc={expression}:s={rate_hz}:d={seconds}"
    argv = [FULL.ffmpeg, "-nostdin", "-v", "error", "-f", "lavfi", "-i", source, "-c:a", codec, str(target)]
    subprocess.run(argv, check=True)
    return target


def tones(target: Path, rate_hz: int, levels: dict[float, float], seconds: float = 1) -> Path:
    """The sum of tones, by frequency."""
    terms = (f"{level:.9f}*sin(2*PI*{hz:g}*t)" for hz, level in levels.items())
    return generated(target, "+".join(terms), rate_hz, seconds=seconds)


def db(amplitude: float) -> float:
    return 20 * math.log10(amplitude)


def samples_of(file: Path) -> list[int]:
    """Left-aligned in 32 bits."""
    return list(array.array("i", decoded(FULL, [file], "pcm_s32le")[0]))


def level_db(samples: list[int], hz: float, rate_hz: int, most: int = 8192) -> float:
    """Level of a tone, of full scale, in the middle of the samples."""
    begin = max(0, len(samples) - most) // 2
    middle = samples[begin : begin + most]
    # Blackman and Harris: a tone that is some bins away leaks less than -92 dB.
    turn = 2 * math.pi / len(middle)
    weights = [
        0.35875 - 0.48829 * math.cos(n * turn) + 0.14128 * math.cos(2 * n * turn)
        - 0.01168 * math.cos(3 * n * turn)
        for n in range(len(middle))
    ]  # fmt: skip
    angle = -2j * math.pi * hz / rate_hz
    total = sum(w * x * cmath.exp(n * angle) for n, (w, x) in enumerate(zip(weights, middle, strict=True)))
    return db(2 * abs(total) / sum(weights) / FULL_SCALE + 1e-12)


def resampled(tools: Tools, source: Path, rate_hz: int) -> list[int]:
    """The samples of its conversion to a WAV of 24 bits."""
    options = parse_options({"sampleRateHz": rate_hz, "bitDepth": 24}, FORMATS["wav"])
    return samples_of(convert(tools, source, source.with_name("made"), [("wav", options)])[1][0].file)


@pytest.mark.parametrize(("rates_hz", "resampler"), crossed(RATES, ["chosen", "without soxr"]))
def test_the_audible_band_is_kept_and_nothing_is_reflected_or_mirrored(
    tools: Tools, tmp_path: Path, rates_hz: tuple[int, int], resampler: str
) -> None:
    used = tools if resampler == "chosen" else WithoutSoxr(tools.ffmpeg, tools.ffprobe)
    before, after = rates_hz
    edge_hz = PASSBAND * min(before, after)
    # At 44.1 kHz, 22.5 kHz would be heard at 21.6. At a higher rate, an image lies above the old band.
    beyond_hz = after * 22.5 / 44.1
    levels = {edge_hz: LOUD, beyond_hz: LOUD} if before > after else {edge_hz: LOUD}
    wrong_hz = after - beyond_hz if before > after else before - edge_hz

    found = resampled(used, tones(tmp_path / "tones.wav", before, levels), after)

    assert len(found) == after
    assert level_db(found, edge_hz, after) == pytest.approx(db(LOUD), abs=RIPPLE_DB)
    assert level_db(found, min(wrong_hz, after - wrong_hz), after) < db(LOUD) - REJECTION_DB


@pytest.mark.parametrize(
    ("form", "options"), [("wav", {}), ("flac", {"gainDb": -1}), ("alac", {"sampleRateHz": 11_025})]
)
def test_a_faint_tone_is_not_distorted_by_16_bits(
    made: Made, tmp_path: Path, form: str, options: dict[str, object]
) -> None:
    source = tones(tmp_path / "faint.wav", 8000, {500: FAINT}, seconds=20)

    result = made(source, form, bitDepth=16, **options)

    samples, rate_hz = samples_of(result.file), result.probe.sample_rate_hz
    tone_db, third_db = (level_db(samples, hz, rate_hz, len(samples)) for hz in (500, 1500))
    assert tone_db == pytest.approx(db(FAINT), abs=1.5)
    assert third_db < db(FAINT) - 45


@pytest.mark.parametrize("options", [{}, {"gainDb": 3}, {"sampleRateHz": 24_000}, {"channels": 2}])
def test_silence_stays_silent_between_sounds_that_are_dithered(
    made: Made, tmp_path: Path, options: dict[str, object]
) -> None:
    sound = f"if(between(t\\,0.3\\,0.7)\\,0\\,{LOUD / 4}*sin(2*PI*440*t))"
    source = generated(tmp_path / "pause.wav", sound, 48_000)

    result = made(source, "wav", bitDepth=16, **options)

    samples = samples_of(result.file)
    pause = samples[len(samples) * 2 // 5 : len(samples) * 3 // 5]
    assert set(pause) == {0}
    assert len({sample & 0xFFFF for sample in samples}) == 1
    assert len(set(samples)) > 100


@pytest.mark.parametrize("codec", ["pcm_s24le", "pcm_f32le"])
def test_samples_of_16_bits_in_a_deeper_file_come_back_exactly(
    made_all: MadeAll, tmp_path: Path, codec: str
) -> None:
    exact = generated(tmp_path / "16.wav", f"{LOUD}*(random(0)-0.5)*t", 48_000, "pcm_s16le", seconds=1.2)
    deeper = tmp_path / "deeper.wav"
    subprocess.run([FULL.ffmpeg, "-v", "error", "-i", str(exact), "-c:a", codec, str(deeper)], check=True)

    results = made_all(deeper, "wav", "flac", bitDepth=16)

    assert {form: one.probe.bits_per_sample for form, one in results.items()} == dict.fromkeys(results, 16)
    before, *after = decoded(FULL, [exact, *(one.file for one in results.values())], "pcm_s16le")
    assert after == [before] * len(results)


def test_a_deeper_sound_after_a_beginning_of_16_bits_is_dithered(made: Made, tmp_path: Path) -> None:
    faint = f"if(lt(t\\,1.5)\\,0\\,{FAINT / 3:.9f}*sin(2*PI*500*t))"

    result = made(generated(tmp_path / "late.wav", faint, 8000, seconds=3), "wav", bitDepth=16)

    # Rounded without dither, it would vanish.
    assert len(set(samples_of(result.file))) > 1


def test_ffmpeg_is_asked_once_whether_it_has_soxr(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    for name, printed in {"with": "--enable-libsoxr", "without": "--enable-libopus"}.items():
        script = tmp_path / name
        script.write_text(f"#!/bin/sh\necho x >>{asked}\necho 'configuration: --prefix=/x {printed}'\n")
        script.chmod(0o755)
    able, unable = Tools(str(tmp_path / "with"), ""), Tools(str(tmp_path / "without"), "")

    assert [able.has_soxr, able.has_soxr, unable.has_soxr, unable.has_soxr] == [True, True, False, False]
    assert asked.read_text().split() == ["x", "x"]
    assert "soxr" in resample(48_000, able)
    assert resample(48_000, unable) == resample(48_000)
