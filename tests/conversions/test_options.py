"""What a client asks for is what comes out."""

from __future__ import annotations

import array
import math
import subprocess
import wave
from typing import TYPE_CHECKING

import pytest

from shared.domain.errors import NothingLeft
from shared.domain.formats import FORMATS
from shared.domain.options import Options
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import convert, decoded
from tools.ffmpeg import program
from tools.material import CLIP_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verifier import VerifiedOutput

RATE_HZ = 44_100
FRAME_BYTES = 4


def pcm(file: Path) -> bytes:
    with wave.open(str(file)) as sound:
        frames: bytes = sound.readframes(sound.getnframes())
    return frames


def write_wav(file: Path, samples: array.array[int], channels: int = 2) -> Path:
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(samples.tobytes())
    return file


def tone(seconds: float, level: float = 0.5) -> array.array[int]:
    """A stereo tone of 440 Hz."""
    step = 2 * math.pi * 440 / RATE_HZ
    frames = (int(32767 * level * math.sin(step * n)) for n in range(round(seconds * RATE_HZ)))
    return array.array("h", (sample for frame in frames for sample in (frame, frame)))


def rms(data: bytes) -> float:
    samples = array.array("h", data)
    return math.sqrt(sum(x * x for x in samples) / len(samples))


def at(data: bytes, second: float, length_s: float = 0.05) -> bytes:
    begin = round(second * RATE_HZ) * FRAME_BYTES
    return data[begin : begin + round(length_s * RATE_HZ) * FRAME_BYTES]


def test_a_cut_is_exact_to_the_sample(made: Callable[..., VerifiedOutput], material: dict[str, Path]) -> None:
    whole = pcm(material["wav"])
    cut = pcm(made(material["wav"], "wav", startS=0.25, endS=1.1).file)

    assert cut == whole[round(0.25 * RATE_HZ) * FRAME_BYTES : round(1.1 * RATE_HZ) * FRAME_BYTES]


@pytest.mark.parametrize("kind", ["mp3", "ogg (Vorbis)", "m4a (AAC)", "flac", "wma (ASF)", "aac (ADTS)"])
def test_a_cut_is_exact_in_every_source(
    tools: Tools, made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    local = tmp_path / "source"
    local.write_bytes(material[kind].read_bytes())
    whole = decoded(tools, [local], "pcm_s16le")[0]
    cut = pcm(made(material[kind], "wav", startS=0.5, endS=1.0).file)

    assert cut == whole[round(0.5 * RATE_HZ) * FRAME_BYTES : round(1.0 * RATE_HZ) * FRAME_BYTES]


@pytest.mark.parametrize("channels", range(1, 9))
@pytest.mark.parametrize("rate_hz", [8000, 22_050, 44_100])
def test_the_lowest_bit_rate_is_taken_in_any_number_of_channels(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], channels: int, rate_hz: int
) -> None:
    lowest = made(material["wav"], "ogg", bitRateKbps=32, channels=channels, sampleRateHz=rate_hz)

    assert (lowest.probe.channels, lowest.probe.sample_rate_hz) == (channels, rate_hz)


def test_an_end_beyond_the_end_is_the_end(
    made: Callable[..., VerifiedOutput], material: dict[str, Path]
) -> None:
    assert made(material["wav"], "wav", startS=1, endS=99).probe.duration_s == pytest.approx(
        CLIP_S - 1, abs=0.001
    )


def test_a_beginning_beyond_the_end_leaves_nothing(
    made: Callable[..., VerifiedOutput], material: dict[str, Path]
) -> None:
    with pytest.raises(NothingLeft):
        made(material["wav"], "mp3", startS=5)


def test_fades_begin_and_end_in_silence(made: Callable[..., VerifiedOutput], tmp_path: Path) -> None:
    source = write_wav(tmp_path / "tone.wav", tone(2))
    faded = pcm(made(source, "wav", fadeInS=0.5, fadeOutS=0.5).file)

    assert rms(at(faded, 0)) < 0.1 * rms(at(faded, 1))
    assert rms(at(faded, 1.95)) < 0.1 * rms(at(faded, 1))
    assert rms(at(faded, 0.25)) == pytest.approx(0.55 * rms(at(faded, 1)), rel=0.1)
    assert at(faded, 1) == at(pcm(source), 1)


def test_a_fade_finds_the_end_of_a_source_that_does_not_say_it(
    made: Callable[..., VerifiedOutput], tmp_path: Path
) -> None:
    adts = made(write_wav(tmp_path / "tone.wav", tone(2)), "aac").file
    faded = pcm(made(adts, "wav", fadeOutS=0.5).file)

    assert rms(at(faded, 1.98)) < 0.1 * rms(at(faded, 1))


def test_a_fade_longer_than_the_sound_ends_in_silence_all_the_same(
    made: Callable[..., VerifiedOutput], tmp_path: Path
) -> None:
    faded = pcm(made(write_wav(tmp_path / "tone.wav", tone(2)), "wav", fadeOutS=10).file)

    assert rms(at(faded, 1.95)) < 0.05 * rms(at(faded, 0))


@pytest.mark.parametrize("gain_db", [-6.0, 3.0])
def test_gain_changes_the_level_by_so_much(
    made: Callable[..., VerifiedOutput], tmp_path: Path, gain_db: float
) -> None:
    source = write_wav(tmp_path / "tone.wav", tone(1))
    louder = rms(pcm(made(source, "wav", gainDb=gain_db).file)) / rms(pcm(source))

    assert 20 * math.log10(louder) == pytest.approx(gain_db, abs=0.05)


@pytest.mark.parametrize("speed", [0.5, 1.25, 2])
def test_speed_changes_the_length(made: Callable[..., VerifiedOutput], tmp_path: Path, speed: float) -> None:
    source = write_wav(tmp_path / "tone.wav", tone(2))

    assert made(source, "flac", speed=speed).probe.duration_s == pytest.approx(2 / speed, abs=0.06)


@pytest.mark.parametrize(("speed", "start_s"), [(1.792, 0.464), (1.672, 1.209), (1.273, 0.795)])
def test_speed_gives_each_output_the_length_that_is_heard(
    made: Callable[..., VerifiedOutput], tmp_path: Path, speed: float, start_s: float
) -> None:
    mp3 = made(write_wav(tmp_path / "tone.wav", tone(6)), "mp3").file
    result = made(mp3, "m4a", speed=speed, startS=start_s, channels=1, sampleRateHz=16_000)

    assert result.probe.duration_s == pytest.approx((6 - start_s) / speed, abs=0.06)


def test_silence_is_trimmed_at_both_ends_and_nowhere_else(
    made: Callable[..., VerifiedOutput], tmp_path: Path
) -> None:
    def silence(seconds: float) -> array.array[int]:
        return array.array("h", bytes(round(seconds * RATE_HZ) * FRAME_BYTES))

    sound = tone(0.4) + silence(0.6) + tone(0.5)
    source = write_wav(tmp_path / "gaps.wav", silence(0.7) + sound + silence(1.1))
    trimmed = made(source, "wav", trimSilence=True)

    assert trimmed.probe.duration_s == pytest.approx(len(sound) / 2 / RATE_HZ, abs=0.02)
    assert rms(at(pcm(trimmed.file), 0)) > 1000
    assert rms(at(pcm(trimmed.file), 0.7)) == 0


def test_trimming_silence_alone_leaves_nothing(made: Callable[..., VerifiedOutput], tmp_path: Path) -> None:
    with pytest.raises(NothingLeft):
        made(write_wav(tmp_path / "silence.wav", tone(1, level=0)), "mp3", trimSilence=True)


def test_rate_and_channels_are_given(
    made_all: Callable[..., dict[str, VerifiedOutput]], material: dict[str, Path]
) -> None:
    results = made_all(material["flac"], *FORMATS, sampleRateHz=24_000, channels=1)
    rates = {form: 48_000 if form in {"opus", "webm"} else 24_000 for form in FORMATS}

    assert rates == {form: result.probe.sample_rate_hz for form, result in results.items()}
    assert {1} == {result.probe.channels for result in results.values()}


@pytest.mark.parametrize("channels", range(3, 9))
def test_more_than_two_channels_are_kept(
    made_all: Callable[..., dict[str, VerifiedOutput]], tmp_path: Path, channels: int
) -> None:
    frames = array.array("h", (8000 if n % 97 < 48 else -8000 for n in range(RATE_HZ // 4 * channels)))
    results = made_all(
        write_wav(tmp_path / "many.wav", frames, channels), *(f for f in FORMATS if f != "mp3")
    )

    assert {channels} == {result.probe.channels for result in results.values()}


@pytest.mark.parametrize("channels", range(1, 9))
@pytest.mark.parametrize("options", [{}, {"loudnessLufs": -20}], ids=str)
def test_any_number_of_channels_can_be_asked_for(
    made_all: Callable[..., dict[str, VerifiedOutput]],
    material: dict[str, Path],
    channels: int,
    options: dict[str, object],
) -> None:
    forms = [name for name, form in FORMATS.items() if channels <= form.max_channels]
    results = made_all(material["amr"], *forms, channels=channels, **options)

    assert {channels} == {result.probe.channels for result in results.values()}


@pytest.mark.parametrize("layout", ["3.0", "quad", "5.1(side)", "6.1", "7.1"])
def test_a_layout_that_the_source_names_suits_every_format(
    made_all: Callable[..., dict[str, VerifiedOutput]], tmp_path: Path, layout: str
) -> None:
    source = tmp_path / "many.wav"
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=330:d=0.5"]
    subprocess.run(
        [*argv, "-af", f"aformat=channel_layouts={layout}", str(source)], check=True, timeout=HANG_S
    )
    results = made_all(source, *FORMATS, loudnessLufs=-20)

    assert len({result.probe.channels for form, result in results.items() if form != "mp3"}) == 1


@pytest.mark.parametrize(
    ("named", "kept"),
    [("3.0", "3.0"), ("quad", "4.0"), ("5.0(side)", "5.0"), ("5.1(side)", "5.1"), ("7.1(wide)", "7.1")],
)
def test_aac_has_a_layout_that_every_player_knows(
    made: Callable[..., VerifiedOutput], tmp_path: Path, named: str, kept: str
) -> None:
    source = tmp_path / "many.wav"
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=330:d=0.5"]
    subprocess.run(
        [*argv, "-af", f"aformat=channel_layouts={named}", str(source)], check=True, timeout=HANG_S
    )

    assert made(source, "m4a").probe.layout == kept


def test_more_channels_than_a_format_holds_are_mixed(
    made: Callable[..., VerifiedOutput], tmp_path: Path
) -> None:
    source = write_wav(tmp_path / "six.wav", tone(0.5) + tone(0.5) + tone(0.5), 6)

    assert made(source, "mp3").probe.channels == 2


# Of each range of bit rates both ends, in the poorest and the richest sound that can be asked for.
EXTREMES = [
    (form.name, Options(bit_rate_kbps=kbps, sample_rate_hz=rate, channels=channels))
    for form in FORMATS.values()
    if form.bit_rates_kbps
    for kbps in form.bit_rates_kbps
    for rate, channels in ((8000, 1), (48_000, 2))
]


@pytest.mark.parametrize(("form", "options"), EXTREMES, ids=str)
def test_every_bit_rate_that_is_published_encodes(
    tools: Tools, material: dict[str, Path], tmp_path: Path, form: str, options: Options
) -> None:
    (result,) = convert(tools, material["wav"], tmp_path, [(form, options)])[1]

    assert result.probe.channels == options.channels


def test_a_higher_bit_rate_and_a_better_quality_take_more_room(
    made: Callable[..., VerifiedOutput], material: dict[str, Path]
) -> None:
    sizes = [made(material["wav"], "mp3", bitRateKbps=kbps).file.stat().st_size for kbps in (64, 256)]
    vbr = [made(material["wav"], form, quality=q).file.stat().st_size for form, q in (("mp3", 9), ("mp3", 0))]

    assert sizes[1] > 3 * sizes[0]
    assert vbr[1] > 1.5 * vbr[0]


def test_several_outputs_with_options_of_their_own_come_from_one_pass(
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
