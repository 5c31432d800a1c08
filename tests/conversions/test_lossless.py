"""A lossless output decodes to the samples of its source, at any depth, rate and number of channels."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from shared.domain.formats import FORMATS
from tests.sampling import crossed
from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput

LOSSLESS = [name for name, form in FORMATS.items() if form.lossless]
# ffmpeg's arguments for sources of noise, in which every bit of a sample counts.
SOURCES = {
    "8 bits": "-c:a pcm_u8",
    "16 bits, 11025 Hz": "-ar 11025 -c:a pcm_s16le",
    "16 bits, 37800 Hz": "-ar 37800 -c:a pcm_s16le",
    "16 bits, 44101 Hz": "-ar 44101 -c:a pcm_s16le",
    "24 bits, 96 kHz": "-ar 96000 -c:a pcm_s24le",
    "24 bits, 192 kHz": "-ar 192000 -c:a pcm_s24le",
    "16 bits, 6 channels": "-ac 6 -c:a pcm_s16le",
    "16 bits, 5.1(side)": "-af aformat=channel_layouts=5.1(side) -c:a pcm_s16le",
    "16 bits, 7 channels": "-ac 7 -c:a pcm_s16le",
    "24 bits, 8 channels": "-ac 8 -c:a pcm_s24le",
}
# None of them is ffmpeg's default for its number of channels. All channels differ, so that mixing shows.
LAYOUTS = {
    "3.0": 3, "3.0(back)": 3, "quad": 4, "quad(side)": 4, "3.1": 4, "5.0(side)": 5, "4.1": 5, "6.0": 6,
    "hexagonal": 6, "6.1(back)": 7, "7.0": 7, "7.1(wide)": 8, "octagonal": 8,
}  # fmt: skip
for layout, count in LAYOUTS.items():
    channels = "|".join(f"c{n}=0.{n + 1}*c0" for n in range(count))
    SOURCES[f"16 bits, {layout}"] = f"-af pan={layout}|{channels} -c:a pcm_s16le"
DEEPER = {"32 bits": "-c:a pcm_s32le", "float": "-c:a pcm_f32le", "double": "-c:a pcm_f64le"}


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("noise")
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-f", "lavfi"]
    argv += ["-i", "anoisesrc=d=0.3:a=0.9:seed=1,aformat=sample_fmts=dbl"]
    files = {name: folder / f"{n}.wav" for n, name in enumerate([*SOURCES, *DEEPER])}
    for name, arguments in {**SOURCES, **DEEPER}.items():
        argv += ["-map", "0:a", *arguments.split(), str(files[name])]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return files


def samples_hashes(tools: Tools, codec: str, files: Sequence[Path]) -> list[bytes]:
    argv = [tools.ffmpeg, "-nostdin", "-v", "error"]
    for file in files:
        argv += ["-i", str(file)]
    targets = [files[-1].with_name(f"hash-{n}") for n in range(len(files))]
    for n, target in enumerate(targets):
        argv += ["-map", f"{n}:a:0", "-c:a", codec, "-f", "hash", str(target)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return [target.read_bytes() for target in targets]


@pytest.mark.parametrize(("name", "form"), crossed(list(SOURCES), LOSSLESS))
def test_decoding_returns_the_same_samples(
    tools: Tools, made: Callable[..., VerifiedOutput], noise: dict[str, Path], name: str, form: str
) -> None:
    result = made(noise[name], form)
    before, after = samples_hashes(tools, "pcm_s32le", [noise[name], result.file])

    assert before == after


@pytest.mark.parametrize("name", DEEPER)
def test_pcm_keeps_more_than_24_bits(
    tools: Tools, made_all: Callable[..., dict[str, VerifiedOutput]], noise: dict[str, Path], name: str
) -> None:
    codec = DEEPER[name].split()[-1]
    results = made_all(noise[name], "wav", "aiff")
    before, *after = samples_hashes(tools, codec, [noise[name], *(r.file for r in results.values())])

    assert [before, before] == after
    assert {codec, codec.replace("le", "be")} == {result.probe.codec for result in results.values()}


def test_a_source_deeper_than_a_codec_gets_its_24_bits(
    made_all: Callable[..., dict[str, VerifiedOutput]], noise: dict[str, Path]
) -> None:
    results = made_all(noise["float"], "flac", "alac")

    assert {form: one.probe.bits_per_sample for form, one in results.items()} == {"flac": 24, "alac": 24}


def test_a_lossy_source_gets_16_bits(made: Callable[..., VerifiedOutput], material: dict[str, Path]) -> None:
    assert made(material["mp3"], "flac").probe.bits_per_sample == 16


def test_a_requested_depth_is_used(
    made_each: Callable[..., list[VerifiedOutput]], noise: dict[str, Path]
) -> None:
    depths = [("wav", 8), ("wav", 16), ("wav", 24), ("flac", 16), ("alac", 16), ("aiff", 16)]
    results = made_each(noise["24 bits, 96 kHz"], *((form, {"bitDepth": bits}) for form, bits in depths))

    assert [(one.plan.form.name, one.probe.bits_per_sample) for one in results] == depths
