"""The layer's limiter does what is predicted of it, and leaves steady tones as they are."""

from __future__ import annotations

import math
import subprocess
from array import array
from typing import TYPE_CHECKING

import pytest

from functions.convert.ffmpeg.binaries import Tools
from functions.convert.metering.loudness import Windows
from functions.convert.plan.level.filters import gain_filters
from functions.convert.plan.level.loudness import Gain
from functions.convert.plan.shape import Shape
from tests.waiting import HANG_S
from tools.ffmpeg import program
from tools.loud_material import RATE_HZ, write_material

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ffmpeg_layer.conftest import Variant

CEILING_DBTP = -1.0
SHAPE = Shape(RATE_HZ, 2, None, 1.0, 0.0, None, (), ())


def limiter(variant: Variant, gain_db: float) -> list[str]:
    """The filters of a gain and a limit, as convert makes them."""
    tools = Tools(str(variant.ffmpeg), str(variant.ffprobe))
    return gain_filters(Gain(gain_db, CEILING_DBTP), SHAPE, tools)


def windows(variant: Variant, source: Path, *filters: str) -> Windows:
    """What the layer's meter finds behind filters."""
    file = source.with_name("windows")
    chain = ",".join(("aformat=sample_fmts=fltp", *filters, f"loudwindows=file={file}"))
    variant.output("-i", source, "-af", chain, "-f", "null", "-")
    return Windows.of_records(file.read_bytes())


def limited(variant: Variant, folder: Path, expression: str, gain_db: float = 0.0) -> array[float]:
    """The left channel of two seconds, behind the limiter."""
    source = folder / "tone.wav"
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-f", "lavfi"]
    argv += ["-i", f"aevalsrc='{expression}|{expression}':s={RATE_HZ}:d=2", "-c:a", "pcm_f32le"]
    subprocess.run([*argv, str(source)], check=True, timeout=HANG_S)
    chain = ",".join(("aformat=sample_fmts=fltp", *limiter(variant, gain_db)))
    raw = variant.output("-i", source, "-af", chain, "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1")
    return array("f", raw)[::2]


@pytest.mark.parametrize("material", ["drums", "brown noise", "pop", "plosives"])
def test_the_loudness_behind_the_limiter_is_predicted(
    variant: Variant, tmp_path: Path, material: str
) -> None:
    source = write_material(tmp_path / "material.wav", material)
    before = windows(variant, source)
    assert before.loudness().true_peak_dbtp is not None
    for limiting_db in (4, 10):
        gain_db = CEILING_DBTP + limiting_db - (before.loudness().true_peak_dbtp or 0.0)
        reached = windows(variant, source, *limiter(variant, gain_db)).loudness().integrated_lufs

        assert before.limited_lufs(gain_db, CEILING_DBTP) == pytest.approx(reached, abs=0.15)


def test_a_steady_bass_is_not_modulated(variant: Variant, tmp_path: Path) -> None:
    hz, amplitude = 31, 10 ** (CEILING_DBTP / 20)
    found = limited(variant, tmp_path, f"sin(2*PI*{hz}*t)", 6)[RATE_HZ:]

    for n, sample in enumerate(found):
        expected = amplitude * math.sin(2 * math.pi * hz * n / RATE_HZ)
        assert sample == pytest.approx(expected, abs=1e-4)


def test_a_tone_is_back_50_ms_after_a_burst(variant: Variant, tmp_path: Path) -> None:
    tone = "0.1*sin(2*PI*1000*t)"
    with_burst = limited(variant, tmp_path, f"{tone}*if(between(t,1,1.02),20,1)")
    alone = limited(variant, tmp_path, tone)

    before, after = round(0.99 * RATE_HZ), round(1.07 * RATE_HZ)
    assert min(with_burst[before:after]) >= -(10 ** (CEILING_DBTP / 20)) * 1.001
    assert list(with_burst[:before]) == pytest.approx(list(alone[:before]), abs=1e-6)
    assert list(with_burst[after:]) == pytest.approx(list(alone[after:]), abs=1e-6)
