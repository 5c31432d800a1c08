"""Without options, a lossy output sounds like its source, as people asked for in public reports."""

from __future__ import annotations

import math
import subprocess
from array import array
from typing import TYPE_CHECKING

import pytest

from tests.sampling import chosen
from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.verify.verified_output import VerifiedOutput

    Made = Callable[..., VerifiedOutput]
    MadeAll = Callable[..., dict[str, VerifiedOutput]]

SECONDS = 3
# Vowels on a falling pitch, as harmonics below 3.6 kHz, in syllables; and a chord that swells, with hiss.
VOICE = "+".join(f"0.3/{n}*sin({n}*2*PI*(140*t-8*t*t))" for n in range(1, 25))
SYLLABLES = f"(0.05+0.5*pow(sin(2*PI*2*t),2))*({VOICE})"
MUSIC = "0.2*(sin(2*PI*220*t)+sin(2*PI*554.4*t)+sin(2*PI*1318.5*t))*exp(-2*mod(t,0.5))+0.02*(random(0)-0.5)"


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Writes speech-like mono at a sample rate."""
    folder = tmp_path_factory.mktemp("voice")
    return lambda rate_hz: synthesised(folder / f"{rate_hz}.wav", SYLLABLES, rate_hz)


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesised(tmp_path_factory.mktemp("music") / "music.wav", f"{MUSIC}|{MUSIC}", 44_100)


def synthesised(target: Path, expression: str, rate_hz: int) -> Path:
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi"]
    argv += ["-i", f"aevalsrc='{expression}':s={rate_hz}:d={SECONDS}", "-c:a", "pcm_s16le", str(target)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return target


def samples(file: Path, rate_hz: int) -> array[float]:
    """The first channel."""
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(file)]
    argv += ["-af", "pan=mono|c0=c0", "-ar", str(rate_hz), "-f", "f32le", "-"]
    return array("f", subprocess.run(argv, check=True, timeout=HANG_S, stdout=subprocess.PIPE).stdout)


def snr_db(source: Path, output: VerifiedOutput, rate_hz: int) -> float:
    pairs = list(zip(samples(source, rate_hz), samples(output.file, rate_hz), strict=False))
    noise = sum((a - b) ** 2 for a, b in pairs)
    return 10 * math.log10(sum(a * a for a, _ in pairs) / noise)


def kbps(output: VerifiedOutput) -> float:
    return output.file.stat().st_size * 8 / SECONDS / 1000


# ospeak, pull request 7: speech at 24 kHz became 32 kbit/s. At 8 kHz, LAME's own default is 8 kbit/s.
@pytest.mark.parametrize("rate_hz", chosen([8000, 16_000, 24_000], {8000, 24_000}))
def test_mp3_of_speech_at_a_low_sample_rate_is_not_starved(
    made: Made, voice: Callable[[int], Path], rate_hz: int
) -> None:
    source = voice(rate_hz)

    assert snr_db(source, made(source, "mp3"), rate_hz) > 30


# OpenShot, issue 3879: 128 kbit/s as the default of MP3. Audacity, issue 5079: 98 kbit/s of AAC.
# Tonyu2, issue 62: about 100 kbit/s of Vorbis.
def test_music_gets_the_bit_rate_that_it_needs(made_all: MadeAll, tmp_path: Path) -> None:
    noise = "0.3*(random(0)-0.5)+0.2*sin(2*PI*330*t)|0.3*(random(1)-0.5)+0.2*sin(2*PI*440*t)"
    least = {"mp3": 140, "m4a": 180, "ogg": 140, "opus": 110}
    outputs = made_all(synthesised(tmp_path / "noise.wav", noise, 44_100), *least)

    assert {form: kbps(one) > least[form] for form, one in outputs.items()} == dict.fromkeys(least, True)


# NVEnc, issue 585: Opus with eight channels got the bit rate of stereo.
@pytest.mark.parametrize("form", ["opus", "m4a"])
def test_the_bit_rate_grows_with_the_channels(made: Made, tmp_path: Path, form: str) -> None:
    noise = "|".join(f"0.3*(random({n})-0.5)" for n in range(6))
    source = synthesised(tmp_path / "six.wav", noise, 48_000)

    assert kbps(made(source, form)) > 2.2 * kbps(made(source, form, channels=2))


# fre:ac, issue 151: AAC of 96 kHz.
def test_high_sample_rates_are_lowered_unless_requested(made_all: MadeAll, music: Path) -> None:
    high = made_all(music, "wav", sampleRateHz=96_000)["wav"].file
    rates = {form: one.probe.sample_rate_hz for form, one in made_all(high, "m4a", "ogg", "mp3").items()}
    requested = made_all(high, "m4a", "ogg", sampleRateHz=96_000)

    assert rates == dict.fromkeys(rates, 48_000)
    assert {one.probe.sample_rate_hz for one in requested.values()} == {96_000}


# OBS, pull request 8457: a loud sine was distorted by AAC's fast coder.
@pytest.mark.parametrize("rate_hz", [8000, 44_100])
def test_a_loud_tone_keeps_its_level_in_aac(made: Made, tmp_path: Path, rate_hz: int) -> None:
    tone = synthesised(tmp_path / "tone.wav", "0.9*sin(2*PI*440*t)", rate_hz)

    for channels in (1, 2):
        assert snr_db(tone, made(tone, "m4a", channels=channels), rate_hz) > 28


# PeerTube, issue 5652: AAC of ffmpeg clips what its source does not.
def test_mono_aac_does_not_overshoot(made: Made, tmp_path: Path) -> None:
    tone = synthesised(tmp_path / "tone.wav", "if(lt(mod(t,1),0.5),0.5,0)*sin(2*PI*697*t)", 44_100)
    highest = [
        max(map(abs, samples(made(tone, "m4a", **rate).file, 44_100))) for rate in ({}, {"bitRateKbps": 64})
    ]

    assert max(highest) < 0.6
