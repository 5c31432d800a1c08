"""Outputs are as their options request."""

from __future__ import annotations

import array
import math
import subprocess
import wave
from operator import sub
from typing import TYPE_CHECKING

import pytest

from shared.domain.errors import NothingLeft
from shared.domain.formats import FORMATS
from shared.domain.options import Options
from tests.sampling import chosen, crossed
from tests.sounds import RATE_HZ, tone, write_wav
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import DITHER_STEPS, convert, decoded
from tools.ffmpeg import program
from tools.material import CLIP_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput

    MadeAll = Callable[..., dict[str, VerifiedOutput]]
    MadeEach = Callable[..., list[VerifiedOutput]]

FRAME_BYTES = 4


def pcm(file: Path) -> bytes:
    with wave.open(str(file)) as wav:
        frames: bytes = wav.readframes(wav.getnframes())
    return frames


def rms(data: bytes) -> float:
    samples = array.array("h", data)
    return math.sqrt(sum(x * x for x in samples) / len(samples))


def at(data: bytes, second: float, length_s: float = 0.05) -> bytes:
    begin = round(second * RATE_HZ) * FRAME_BYTES
    return data[begin : begin + round(length_s * RATE_HZ) * FRAME_BYTES]


def assert_same_but_dither(found: bytes, expected: bytes) -> None:
    assert len(found) == len(expected)
    assert max(map(abs, map(sub, array.array("h", found), array.array("h", expected)))) <= DITHER_STEPS


def test_a_cut_is_exact_to_the_sample(made: Callable[..., VerifiedOutput], material: dict[str, Path]) -> None:
    whole = pcm(material["wav"])
    cut = pcm(made(material["wav"], "wav", startS=0.25, endS=1.1).file)

    assert cut == whole[round(0.25 * RATE_HZ) * FRAME_BYTES : round(1.1 * RATE_HZ) * FRAME_BYTES]


@pytest.mark.parametrize("kind", ["mp3", "ogg (Vorbis)", "m4a (AAC)", "flac", "wma (ASF)", "aac (ADTS)"])
def test_a_cut_is_exact_in_every_kind_of_source(
    tools: Tools, made: Callable[..., VerifiedOutput], material: dict[str, Path], kind: str
) -> None:
    result = made(material[kind], "wav", startS=0.5, endS=1.0)
    (whole,) = decoded(tools, [material[kind]], "pcm_s16le")

    part = whole[round(0.5 * RATE_HZ) * FRAME_BYTES : round(1.0 * RATE_HZ) * FRAME_BYTES]
    assert_same_but_dither(pcm(result.file), part)
    assert kind != "flac" or pcm(result.file) == part


@pytest.mark.parametrize("rate_hz", chosen([8000, 22_050, 44_100], [8000]))
def test_the_lowest_bit_rate_works_with_any_number_of_channels(
    made_each: MadeEach, material: dict[str, Path], rate_hz: int
) -> None:
    lowest = {"bitRateKbps": 32, "sampleRateHz": rate_hz}
    results = made_each(material["wav"], *(("ogg", {**lowest, "channels": n}) for n in range(1, 9)))

    assert [(n, rate_hz) for n in range(1, 9)] == [
        (one.probe.channels, one.probe.sample_rate_hz) for one in results
    ]


def test_an_end_beyond_the_sources_is_the_sources(
    made: Callable[..., VerifiedOutput], material: dict[str, Path]
) -> None:
    assert made(material["wav"], "wav", startS=1, endS=99).probe.duration_s == pytest.approx(
        CLIP_S - 1, abs=0.001
    )


def test_a_start_beyond_the_end_leaves_nothing(
    made: Callable[..., VerifiedOutput], material: dict[str, Path]
) -> None:
    with pytest.raises(NothingLeft):
        made(material["wav"], "mp3", startS=5)


def test_fades_start_and_end_in_silence(made: Callable[..., VerifiedOutput], tmp_path: Path) -> None:
    source = write_wav(tmp_path / "tone.wav", tone(2))
    faded = pcm(made(source, "wav", fadeInS=0.5, fadeOutS=0.5).file)

    assert rms(at(faded, 0)) < 0.1 * rms(at(faded, 1))
    assert rms(at(faded, 1.95)) < 0.1 * rms(at(faded, 1))
    assert rms(at(faded, 0.25)) == pytest.approx(0.55 * rms(at(faded, 1)), rel=0.1)
    assert_same_but_dither(at(faded, 1), at(pcm(source), 1))


def test_a_fade_finds_the_end_of_a_source_without_a_duration(
    made: Callable[..., VerifiedOutput], tmp_path: Path
) -> None:
    adts = made(write_wav(tmp_path / "tone.wav", tone(2)), "aac").file
    faded = pcm(made(adts, "wav", fadeOutS=0.5).file)

    assert rms(at(faded, 1.98)) < 0.1 * rms(at(faded, 1))


def test_a_fade_longer_than_the_audio_ends_in_silence(
    made: Callable[..., VerifiedOutput], tmp_path: Path
) -> None:
    faded = pcm(made(write_wav(tmp_path / "tone.wav", tone(2)), "wav", fadeOutS=10).file)

    assert rms(at(faded, 1.95)) < 0.05 * rms(at(faded, 0))


def test_gain_changes_the_level(made_each: MadeEach, tmp_path: Path) -> None:
    source, gains_db = write_wav(tmp_path / "tone.wav", tone(1)), [-6.0, 3.0]
    results = made_each(source, *(("wav", {"gainDb": gain_db}) for gain_db in gains_db))
    ratios = [rms(pcm(one.file)) / rms(pcm(source)) for one in results]

    assert [20 * math.log10(ratio) for ratio in ratios] == pytest.approx(gains_db, abs=0.05)


def test_speed_changes_the_duration(made_each: MadeEach, tmp_path: Path) -> None:
    source, speeds = write_wav(tmp_path / "tone.wav", tone(2)), [0.5, 1.25, 2]
    results = made_each(source, *(("flac", {"speed": speed}) for speed in speeds))

    assert [one.probe.duration_s for one in results] == pytest.approx([4, 1.6, 1], abs=0.06)


def test_speed_and_a_cut_give_the_expected_duration(
    made: Callable[..., VerifiedOutput], made_each: MadeEach, tmp_path: Path
) -> None:
    mp3 = made(write_wav(tmp_path / "tone.wav", tone(6)), "mp3").file
    cuts = [(1.792, 0.464), (1.672, 1.209), (1.273, 0.795)]
    small = {"channels": 1, "sampleRateHz": 16_000}
    results = made_each(mp3, *(("m4a", {"speed": speed, "startS": start, **small}) for speed, start in cuts))

    assert [one.probe.duration_s for one in results] == pytest.approx(
        [(6 - start) / speed for speed, start in cuts], abs=0.06
    )


def test_silence_is_trimmed_at_both_ends_only(made: Callable[..., VerifiedOutput], tmp_path: Path) -> None:
    def silence(seconds: float) -> array.array[int]:
        return array.array("h", bytes(round(seconds * RATE_HZ) * FRAME_BYTES))

    audio = tone(0.4) + silence(0.6) + tone(0.5)
    source = write_wav(tmp_path / "gaps.wav", silence(0.7) + audio + silence(1.1))
    trimmed = made(source, "wav", trimSilence=True)

    assert trimmed.probe.duration_s == pytest.approx(len(audio) / 2 / RATE_HZ, abs=0.02)
    assert rms(at(pcm(trimmed.file), 0)) > 1000
    assert rms(at(pcm(trimmed.file), 0.7)) == 0


def test_trimming_a_silent_source_leaves_nothing(made: Callable[..., VerifiedOutput], tmp_path: Path) -> None:
    with pytest.raises(NothingLeft):
        made(write_wav(tmp_path / "silence.wav", tone(1, level=0)), "mp3", trimSilence=True)


def test_rate_and_channels_are_as_requested(made_all: MadeAll, material: dict[str, Path]) -> None:
    results = made_all(material["flac"], *FORMATS, sampleRateHz=24_000, channels=1)
    rates = {form: 48_000 if form in {"opus", "webm"} else 24_000 for form in FORMATS}

    assert rates == {form: result.probe.sample_rate_hz for form, result in results.items()}
    assert {1} == {result.probe.channels for result in results.values()}


# The formats in three parts: `make test` tries one part with each number of channels and each layout.
PARTS = [list(FORMATS)[n::3] for n in range(3)]


@pytest.mark.parametrize(("channels", "forms"), crossed(range(3, 9), PARTS))
def test_more_than_two_channels_are_kept(
    made_all: MadeAll, tmp_path: Path, channels: int, forms: list[str]
) -> None:
    frames = array.array("h", (8000 if n % 97 < 48 else -8000 for n in range(RATE_HZ // 4 * channels)))
    results = made_all(
        write_wav(tmp_path / "many.wav", frames, channels), *(form for form in forms if form != "mp3")
    )

    assert {channels} == {result.probe.channels for result in results.values()}


@pytest.mark.parametrize(
    ("channels", "options", "forms"), crossed(range(1, 9), [{}, {"loudnessLufs": -20}], PARTS)
)
def test_any_number_of_channels_can_be_requested(
    made_all: MadeAll,
    material: dict[str, Path],
    channels: int,
    options: dict[str, object],
    forms: list[str],
) -> None:
    able = [form for form in forms if channels <= FORMATS[form].max_channels]
    results = made_all(material["amr"], *able, channels=channels, **options)

    assert {channels} == {result.probe.channels for result in results.values()}


LAYOUTS = ["3.0", "quad", "5.1(side)", "6.1", "7.1"]
# The layout that every player of AAC knows.
AAC_LAYOUTS = {
    "3.0": "3.0",
    "quad": "4.0",
    "5.0(side)": "5.0",
    "5.1(side)": "5.1",
    "7.1(wide)": "7.1",
}


@pytest.fixture(scope="module")
def in_layout(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A tone in each layout."""
    folder = tmp_path_factory.mktemp("layouts")
    files = {layout: folder / f"{n}.wav" for n, layout in enumerate({*LAYOUTS, *AAC_LAYOUTS})}
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=330:d=0.5"]
    for layout, file in files.items():
        argv += ["-map", "0", "-af", f"aformat=channel_layouts={layout}", str(file)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return files


@pytest.mark.parametrize(("layout", "forms"), crossed(LAYOUTS, PARTS))
def test_every_layout_works_with_every_format(
    made_all: MadeAll, in_layout: dict[str, Path], layout: str, forms: list[str]
) -> None:
    results = made_all(in_layout[layout], *forms, loudnessLufs=-20)

    assert len({result.probe.channels for form, result in results.items() if form != "mp3"}) == 1


@pytest.mark.parametrize("named", AAC_LAYOUTS)
def test_aac_has_a_layout_that_every_player_knows(
    made: Callable[..., VerifiedOutput], in_layout: dict[str, Path], named: str
) -> None:
    assert made(in_layout[named], "m4a").probe.layout == AAC_LAYOUTS[named]


def test_more_channels_than_a_format_holds_are_mixed(
    made: Callable[..., VerifiedOutput], tmp_path: Path
) -> None:
    source = write_wav(tmp_path / "six.wav", tone(0.5) + tone(0.5) + tone(0.5), 6)

    assert made(source, "mp3").probe.channels == 2


# Both ends of each range of bit rates, at a low and at a high rate and number of channels.
EXTREMES = [
    (form.name, Options(bit_rate_kbps=kbps, sample_rate_hz=rate, channels=channels))
    for form in FORMATS.values()
    if form.bit_rates_kbps
    for kbps in form.bit_rates_kbps
    for rate, channels in ((8000, 1), (48_000, 2))
]


@pytest.mark.parametrize("form", dict.fromkeys(form for form, _ in EXTREMES))
def test_every_published_bit_rate_encodes(
    tools: Tools, material: dict[str, Path], tmp_path: Path, form: str
) -> None:
    wanted = [each for each in EXTREMES if each[0] == form]
    results = convert(tools, material["wav"], tmp_path, wanted)[1]

    assert [one.probe.channels for one in results] == [options.channels for _, options in wanted]


def test_a_higher_bit_rate_and_a_better_quality_make_larger_files(
    made_each: MadeEach, material: dict[str, Path]
) -> None:
    options = [{"bitRateKbps": 64}, {"bitRateKbps": 256}, {"quality": 9}, {"quality": 0}]
    results = made_each(material["wav"], *(("mp3", each) for each in options))
    low, high, poor, good = (one.file.stat().st_size for one in results)

    assert high > 3 * low
    assert good > 1.5 * poor


def test_one_pass_makes_several_outputs_with_different_options(
    tools: Tools, material: dict[str, Path], tmp_path: Path
) -> None:
    wanted = [
        ("wav", Options()),
        ("mp3", Options(channels=1)),
        ("flac", Options(start_s=0.5)),
        ("opus", Options(loudness_lufs=-20)),
    ]
    _, made = convert(tools, material["wav, 24 bits"], tmp_path, wanted)

    assert [one.probe.duration_s for one in made] == pytest.approx([1.5, 1.5, 1.0, 1.5], abs=0.06)
    assert made[1].probe.channels == 1
    assert [one.normalisation is not None for one in made] == [False, False, False, True]
    assert all(one.levels and one.levels.peaks for one in made)
