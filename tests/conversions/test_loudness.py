"""Outputs reach the requested loudness, without peaks above the ceiling."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from functions.convert.process.launcher import launched
from shared.domain.options import Options
from tests.sampling import chosen
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import convert
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.process.limits import Limits
    from functions.convert.verify.verified_output import VerifiedOutput
    from shared.domain.media import Normalisation

    MadeEach = Callable[..., list[VerifiedOutput]]

# EBU R 128 allows 0.5 LU.
TOLERANCE_LU = 0.5
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


def figures(one: VerifiedOutput) -> Normalisation:
    assert one.normalisation
    return one.normalisation


def after(results: Iterable[VerifiedOutput]) -> list[float | None]:
    """How loud the outputs are."""
    return [figures(one).after.integrated_lufs for one in results]


def peak(one: VerifiedOutput) -> float:
    highest = figures(one).after.true_peak_dbtp
    assert highest is not None
    return highest


def test_the_target_is_reached_with_peaks_below_the_ceiling(made_each: MadeEach, bursts: Path) -> None:
    wanted = [(form, target) for form in ("flac", "mp3", "opus") for target in (-30, -20, -14)]
    results = made_each(bursts, *((form, {"loudnessLufs": target}) for form, target in wanted))

    assert after(results) == pytest.approx([target for _, target in wanted], abs=TOLERANCE_LU)
    assert max(map(peak, results)) <= -1


def test_loudness_is_measured_at_the_outputs_rate_and_channels(made_each: MadeEach, tmp_path: Path) -> None:
    # Much of the loudness of noise is above what a low sample rate holds.
    source = tmp_path / "noise.wav"
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi"]
    argv += ["-i", "anoisesrc=d=4:c=pink:a=0.5:seed=3", str(source)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    changes = [{"sampleRateHz": 8000}, {"channels": 1}, {"channels": 6}, {"channels": 3}]
    results = made_each(source, *(("wav", {"loudnessLufs": -12, **change}) for change in changes))

    assert after(results) == pytest.approx([-12] * len(changes), abs=TOLERANCE_LU)
    assert max(map(peak, results)) <= -1


# ffmpeg's own limiter looks ahead in its first two channels only, and would clip the others.
@pytest.mark.parametrize("layout", ["5.1", "7.1"])
def test_peaks_of_any_channel_are_limited(made_each: MadeEach, tmp_path: Path, layout: str) -> None:
    front, surround = "0.05*sin(2*PI*300*t)", "if(lt(mod(t,0.5),0.01),0.9,0.05)*sin(2*PI*700*t)"
    channels = "|".join((front, front, *["0"] * (int(layout[0]) - 2), surround))
    source = tmp_path / "surround.wav"
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi"]
    argv += ["-i", f"aevalsrc='{channels}':s=44100:d=4:c={layout}", str(source)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    results = made_each(source, *((form, {"loudnessLufs": -16}) for form in ("wav", "opus")))

    assert after(results) == pytest.approx([-16] * 2, abs=TOLERANCE_LU)
    assert max(map(peak, results)) <= -1
    assert [one.probe.layout for one in results] == [layout] * 2


def test_the_limiter_runs_once_for_an_output_and_its_meter(
    made: Callable[..., VerifiedOutput], bursts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[str] = []

    def recording(argv: Sequence[str], limits: Limits) -> list[str]:
        commands.append(" ".join(argv))
        return launched(argv, limits)

    monkeypatch.setattr("functions.convert.process.runner.launched", recording)
    made(bursts, "wav", loudnessLufs=-16)

    counts = [
        command.count("truepeaklimit=") + command.count("alimiter=")
        for command in commands
        if "-filter_complex" in command
    ]

    assert counts
    assert set(counts) == {1}


def test_lames_attenuation_at_low_bit_rates_is_compensated(made_each: MadeEach, tmp_path: Path) -> None:
    tone = synthesised(tmp_path / "tone.wav", "0.1*sin(2*PI*440*t)", 2)
    changes: list[dict[str, object]] = [{}, {"quality": 4}, {"sampleRateHz": 22050, "bitRateKbps": 320}]
    changes += [{"bitRateKbps": kbps} for kbps in (64, 192, 224, 320)]
    results = made_each(tone, *(("mp3", {"loudnessLufs": -18, **change}) for change in changes))

    assert after(results) == pytest.approx([-18] * len(changes), abs=0.15)


def test_a_quiet_source_needs_the_limiter_and_is_not_delayed_by_it(made_each: MadeEach, bursts: Path) -> None:
    limited, plain = made_each(bursts, ("wav", {"loudnessLufs": -14}), ("wav", {"loudnessLufs": -30}))

    assert limited.plan.analysis.gain.ceiling_dbtp is not None
    assert plain.plan.analysis.gain.ceiling_dbtp is None
    assert limited.probe.duration_s == plain.probe.duration_s
    assert limited.levels is not None
    assert plain.levels is not None
    loud = [n for n, peak in enumerate(limited.levels.peaks) if peak > 0.5]
    assert loud == [n for n, peak in enumerate(plain.levels.peaks) if peak > 0.05]


def test_the_figures_are_of_source_and_output(made: Callable[..., VerifiedOutput], bursts: Path) -> None:
    louder = made(bursts, "wav", loudnessLufs=-25)
    again = made(louder.file, "wav", loudnessLufs=-20)

    assert figures(louder).after == figures(again).before


def test_loudness_is_measured_after_mixing_and_fading(
    made: Callable[..., VerifiedOutput], bursts: Path
) -> None:
    mixed = made(bursts, "wav", loudnessLufs=-23, channels=1, fadeOutS=3, startS=0.5)

    assert after([mixed]) == pytest.approx([-23], abs=TOLERANCE_LU)


def test_speed_and_a_limiter_work_together(made: Callable[..., VerifiedOutput], bursts: Path) -> None:
    faster = made(made(bursts, "opus").file, "aiff", loudnessLufs=-14, speed=1.351)

    assert after([faster]) == pytest.approx([-14], abs=TOLERANCE_LU)


def test_silence_stays_silence(made: Callable[..., VerifiedOutput], tmp_path: Path) -> None:
    silence = figures(made(synthesised(tmp_path / "silence.wav", "0", 1), "mp3", loudnessLufs=-16))

    assert (silence.before.integrated_lufs, silence.after.integrated_lufs) == (None, None)


def test_two_outputs_reach_their_own_targets(tools: Tools, bursts: Path, tmp_path: Path) -> None:
    wanted = [("wav", Options(loudness_lufs=-20)), ("flac", Options(loudness_lufs=-26)), ("mp3", Options())]
    _, outputs = convert(tools, bursts, tmp_path, wanted)
    reached = [one.normalisation.after.integrated_lufs if one.normalisation else None for one in outputs]

    assert reached[:2] == pytest.approx([-20, -26], abs=TOLERANCE_LU)
    assert reached[2] is None


TONE = "0.05*sin(2*PI*990*t)"
OUTPUTS = [(form, {"loudnessLufs": -20}) for form in ("wav", "mp3", "opus", "m4a")]


@pytest.fixture(scope="module")
def loud_tone(made_each: MadeEach, tmp_path_factory: pytest.TempPathFactory) -> list[float | None]:
    """How loud four seconds of the tone are before each conversion."""
    long = synthesised(tmp_path_factory.mktemp("long") / "long.wav", TONE)
    return [figures(one).before.integrated_lufs for one in made_each(long, *OUTPUTS)]


@pytest.mark.parametrize("seconds", chosen([0.02, 0.1, 0.25, 0.39], [0.02, 0.39]))
def test_a_clip_shorter_than_a_block_is_measured_as_if_it_continued(
    made_each: MadeEach, tmp_path: Path, loud_tone: list[float | None], seconds: float
) -> None:
    results = made_each(synthesised(tmp_path / "short.wav", TONE, seconds), *OUTPUTS)

    assert [figures(one).before.integrated_lufs for one in results] == pytest.approx(loud_tone, abs=0.3)
    assert after(results) == pytest.approx([-20] * len(OUTPUTS), abs=TOLERANCE_LU)


def test_a_cut_shorter_than_a_block_is_measured(made: Callable[..., VerifiedOutput], bursts: Path) -> None:
    cut = made(bursts, "wav", loudnessLufs=-25, startS=1, endS=1.2, speed=2)

    assert after([cut]) == pytest.approx([-25], abs=TOLERANCE_LU)


def test_a_specification_sets_loudness_and_ceiling(made_each: MadeEach, bursts: Path) -> None:
    wanted = [("mp3", "apple-podcasts", -16, -1), ("wav", "ebu-r128", -23, -1), ("m4a", "atsc-a85", -24, -2)]
    results = made_each(bursts, *((form, {"spec": spec}) for form, spec, *_ in wanted))

    assert after(results) == pytest.approx([lufs for _, _, lufs, _ in wanted], abs=TOLERANCE_LU)
    for (_, spec, _, ceiling), one in zip(wanted, results, strict=True):
        assert peak(one) <= ceiling, spec


def test_acx_is_reached_by_the_rms_level(made: Callable[..., VerifiedOutput], bursts: Path) -> None:
    chapter = made(bursts, "mp3", spec="acx", channels=1)

    assert chapter.levels is not None
    assert chapter.levels.rms_dbfs == pytest.approx(-20.5, abs=1)
    assert peak(chapter) <= -3
    assert (chapter.probe.bit_rate_kbps, chapter.probe.sample_rate_hz) == (192, 44_100)


def test_mono_is_measured_as_two_speakers_play_it(
    made: Callable[..., VerifiedOutput], tmp_path: Path
) -> None:
    tone = synthesised(tmp_path / "tone.wav", "0.05*sin(2*PI*990*t)", 2)
    once, twice = (made(tone, "wav", spec=spec, channels=1) for spec in ("apple-podcasts", "aes-td1008"))

    assert figures(twice).before.integrated_lufs == pytest.approx(
        (figures(once).before.integrated_lufs or 0) + 3.01, abs=0.1
    )
    assert after([once, twice]) == pytest.approx([-16, -18], abs=TOLERANCE_LU)


def test_what_complies_already_is_left_as_it_is(made: Callable[..., VerifiedOutput], bursts: Path) -> None:
    compliant = made(bursts, "wav", loudnessLufs=-16)
    again = made(compliant.file, "wav", loudnessLufs=-16)

    assert again.plan.filters == ()
    assert compliant.file.read_bytes()[-4000:] == again.file.read_bytes()[-4000:]


def test_silence_with_clicks_keeps_its_silence(made: Callable[..., VerifiedOutput], tmp_path: Path) -> None:
    clicks = "if(lt(mod(t,1.5),0.0001),0.7,0.0003*(random(0)*2-1))"
    source = synthesised(tmp_path / "clicks.wav", clicks, 4)
    louder = made(source, "wav", loudnessLufs=-14)

    assert louder.plan.analysis.gain.gain_db <= 12 + 2.5
    assert peak(louder) <= -1
