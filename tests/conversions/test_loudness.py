"""Outputs reach the requested loudness, without peaks above the ceiling."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from shared.domain.options import Options
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import convert
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput

# EBU R 128 allows 0.5 LU; codecs raise peaks.
TOLERANCE_LU, OVERSHOOT_DB = 0.5, 0.6
# Like plosives: short peaks, far above the rest, which makes the loudness.
BURSTS = "if(lt(mod(t,0.5),0.006),0.8,0.1)*sin(2*PI*330*t)+0.01*sin(2*PI*3100*t)"


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesised(tmp_path_factory.mktemp("loud") / "bursts.wav", BURSTS)


def synthesised(target: Path, expression: str, seconds: float = 4) -> Path:
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi"]
    argv += ["-i", f"aevalsrc='{expression}|{expression}':s=44100:d={seconds}", "-c:a", "pcm_s24le"]
    subprocess.run([*argv, str(target)], check=True, timeout=HANG_S)
    return target


@pytest.mark.parametrize("target", [-30, -20, -14])
@pytest.mark.parametrize("form", ["flac", "mp3", "opus"])
def test_the_target_is_reached_with_peaks_below_the_ceiling(
    made: Callable[..., VerifiedOutput], bursts: Path, form: str, target: float
) -> None:
    figures = made(bursts, form, loudnessLufs=target).normalisation

    assert figures is not None
    assert figures.after.integrated_lufs == pytest.approx(target, abs=TOLERANCE_LU)
    assert figures.after.true_peak_dbtp is not None
    assert figures.after.true_peak_dbtp <= -1 + (0.1 if form == "flac" else OVERSHOOT_DB)


# Much of the loudness of noise is above what a low sample rate holds.
@pytest.mark.parametrize(
    "options", [{"sampleRateHz": 8000}, {"channels": 1}, {"channels": 6}, {"channels": 3}]
)
def test_loudness_is_measured_at_the_outputs_rate_and_channels(
    made: Callable[..., VerifiedOutput], tmp_path: Path, options: dict[str, object]
) -> None:
    source = tmp_path / "noise.wav"
    argv = [
        program("ffmpeg"),
        "-nostdin",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=d=4:c=pink:a=0.5:seed=3",
    ]
    subprocess.run([*argv, str(source)], check=True, timeout=HANG_S)
    figures = made(source, "wav", loudnessLufs=-12, **options).normalisation

    assert figures is not None
    assert figures.after.integrated_lufs == pytest.approx(-12, abs=TOLERANCE_LU)
    assert figures.after.true_peak_dbtp is not None
    assert figures.after.true_peak_dbtp <= -0.8


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bitRateKbps": 64},
        {"bitRateKbps": 192},
        {"bitRateKbps": 224},
        {"bitRateKbps": 320},
        {"quality": 4},
        {"sampleRateHz": 22050, "bitRateKbps": 320},
    ],
    ids=str,
)
def test_lames_attenuation_at_low_bit_rates_is_compensated(
    made: Callable[..., VerifiedOutput], tmp_path: Path, options: dict[str, object]
) -> None:
    tone = synthesised(tmp_path / "tone.wav", "0.1*sin(2*PI*440*t)", 2)
    figures = made(tone, "mp3", loudnessLufs=-18, **options).normalisation

    assert figures is not None
    assert figures.after.integrated_lufs == pytest.approx(-18, abs=0.15)


def test_a_quiet_source_needs_the_limiter_and_is_not_delayed_by_it(
    made: Callable[..., VerifiedOutput], bursts: Path
) -> None:
    limited = made(bursts, "wav", loudnessLufs=-14)
    plain = made(bursts, "wav", loudnessLufs=-30)

    assert limited.plan.analysis.gain.ceiling_dbtp == -1
    assert plain.plan.analysis.gain.ceiling_dbtp is None
    assert limited.probe.duration_s == plain.probe.duration_s
    assert limited.levels is not None
    assert plain.levels is not None
    loud = [n for n, peak in enumerate(limited.levels.peaks) if peak > 0.5]
    assert loud == [n for n, peak in enumerate(plain.levels.peaks) if peak > 0.05]


def test_the_figures_are_of_source_and_output(made: Callable[..., VerifiedOutput], bursts: Path) -> None:
    louder = made(bursts, "wav", loudnessLufs=-25)
    again = made(louder.file, "wav", loudnessLufs=-20)

    assert louder.normalisation is not None
    assert again.normalisation is not None
    assert louder.normalisation.after == again.normalisation.before


def test_loudness_is_measured_after_mixing_and_fading(
    made: Callable[..., VerifiedOutput], bursts: Path
) -> None:
    figures = made(bursts, "wav", loudnessLufs=-23, channels=1, fadeOutS=3, startS=0.5).normalisation

    assert figures is not None
    assert figures.after.integrated_lufs == pytest.approx(-23, abs=TOLERANCE_LU)


def test_speed_and_a_limiter_work_together(made: Callable[..., VerifiedOutput], bursts: Path) -> None:
    figures = made(made(bursts, "opus").file, "aiff", loudnessLufs=-14, speed=1.351).normalisation

    assert figures is not None
    assert figures.after.integrated_lufs == pytest.approx(-14, abs=TOLERANCE_LU)


def test_silence_stays_silence(made: Callable[..., VerifiedOutput], tmp_path: Path) -> None:
    figures = made(synthesised(tmp_path / "silence.wav", "0", 1), "mp3", loudnessLufs=-16).normalisation

    assert figures is not None
    assert (figures.before.integrated_lufs, figures.after.integrated_lufs) == (None, None)


def test_two_outputs_reach_their_own_targets(tools: Tools, bursts: Path, tmp_path: Path) -> None:
    wanted = [("wav", Options(loudness_lufs=-20)), ("flac", Options(loudness_lufs=-26)), ("mp3", Options())]
    _, outputs = convert(tools, bursts, tmp_path, wanted)
    reached = [one.normalisation.after.integrated_lufs if one.normalisation else None for one in outputs]

    assert reached[:2] == pytest.approx([-20, -26], abs=TOLERANCE_LU)
    assert reached[2] is None


@pytest.mark.parametrize("seconds", [0.02, 0.1, 0.25, 0.39])
@pytest.mark.parametrize("form", ["wav", "mp3", "opus", "m4a"])
def test_a_clip_shorter_than_a_block_is_measured_as_if_it_continued(
    made: Callable[..., VerifiedOutput], tmp_path: Path, form: str, seconds: float
) -> None:
    tone = "0.05*sin(2*PI*990*t)"
    figures = made(synthesised(tmp_path / "short.wav", tone, seconds), form, loudnessLufs=-20).normalisation
    longer = made(synthesised(tmp_path / "long.wav", tone), form, loudnessLufs=-20).normalisation

    assert figures is not None
    assert longer is not None
    assert figures.before.integrated_lufs == pytest.approx(longer.before.integrated_lufs, abs=0.3)
    assert figures.after.integrated_lufs == pytest.approx(-20, abs=TOLERANCE_LU)


def test_a_cut_shorter_than_a_block_is_measured(made: Callable[..., VerifiedOutput], bursts: Path) -> None:
    figures = made(bursts, "wav", loudnessLufs=-25, startS=1, endS=1.2, speed=2).normalisation

    assert figures is not None
    assert figures.after.integrated_lufs == pytest.approx(-25, abs=TOLERANCE_LU)
