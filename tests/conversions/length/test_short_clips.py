"""Audio of a few samples survives every conversion: alone where nothing else changes, else before silence."""

from __future__ import annotations

import array
import math
import subprocess
from typing import TYPE_CHECKING

import pytest

from functions.convert.metering.samples import FULL_SCALE, extremes
from functions.convert.verify.audibility import AUDIBLE
from shared.domain.formats import FORMATS
from tests.sampling import crossed
from tests.sounds import write_wav
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import decoded
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput

    MadeAll = Callable[..., dict[str, VerifiedOutput]]

# Each case becomes every second format in `make test`, all formats in `make test-wide`.
PARTS = [list(FORMATS)[n::2] for n in range(2)]
LOSSLESS = [name for name, form in FORMATS.items() if form.lossless]
# ffmpeg's Vorbis decoder drops so many samples at the start of a single page; libvorbis does not.
DROPPED = {"ogg": 128}


def click(target: Path, samples: int, rate_hz: int = 44_100) -> Path:
    """Write the start of a cosine, whose first sample is the highest."""
    wav = target.with_suffix(".wav")
    step = 2 * math.pi * 440 / rate_hz
    cosine = array.array("h", (round(16_383 * math.cos(step * n)) for n in range(samples)))
    write_wav(wav, cosine, channels=1, rate_hz=rate_hz)
    if target != wav:
        argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(wav), str(target)]
        subprocess.run(argv, check=True, timeout=HANG_S)
    return target


def samples_of(tools: Tools, results: dict[str, VerifiedOutput]) -> dict[str, bytes]:
    pcm = decoded(tools, [one.file for one in results.values()], "pcm_s16le")
    return dict(zip(results, pcm, strict=True))


@pytest.mark.parametrize(
    ("source_of", "samples", "forms"),
    crossed([("wav", 44_100), ("flac", 96_000), ("flac", 8000)], [1, 2, 10, 100, 1000], PARTS),
)
def test_a_few_samples_survive_in_every_format(
    tools: Tools,
    made_all: MadeAll,
    tmp_path: Path,
    source_of: tuple[str, int],
    samples: int,
    *,
    forms: list[str],
) -> None:
    ending, rate_hz = source_of
    results = made_all(click(tmp_path / f"click.{ending}", samples, rate_hz), *forms)
    decodings = samples_of(tools, results)

    assert {len(decodings[form]) // 2 for form in forms if form in LOSSLESS} == {samples}
    for form, pcm in decodings.items():
        length = samples * results[form].probe.sample_rate_hz / rate_hz
        assert len(pcm) // 2 + DROPPED.get(form, 0) >= int(length), form
        assert form in DROPPED or extremes(pcm)[1] > AUDIBLE * FULL_SCALE, form


CHANGES = [
    {"speed": 2},
    {"speed": 0.5},
    {"speed": 1.3, "sampleRateHz": 8000},
    {"sampleRateHz": 8000},
    {"channels": 2},
]


@pytest.mark.parametrize(("samples", "options", "forms"), crossed([1, 100, 1000], CHANGES, PARTS))
def test_a_few_samples_survive_every_option(
    tools: Tools,
    made_all: MadeAll,
    tmp_path: Path,
    samples: int,
    options: dict[str, float],
    *,
    forms: list[str],
) -> None:
    results = made_all(click(tmp_path / "click.wav", samples), *forms, **options)

    for form, pcm in samples_of(tools, results).items():
        assert form in DROPPED or any(pcm), form


def test_a_few_samples_can_be_cut_from_a_long_file(
    tools: Tools, made_all: MadeAll, material: dict[str, Path]
) -> None:
    results = made_all(material["wav"], "wav", "opus", startS=0.5, endS=0.501)
    exact, encoded = results["wav"], results["opus"]

    assert len(decoded(tools, [exact.file], "pcm_s16le")[0]) // exact.probe.channels // 2 == 44
    assert encoded.levels is not None
    assert encoded.probe.duration_s == pytest.approx(0.01, abs=0.03)


def test_a_clip_that_is_long_enough_is_not_padded(made_all: MadeAll, tmp_path: Path) -> None:
    for one in made_all(click(tmp_path / "click.wav", 4410), *FORMATS).values():
        assert not any(step.startswith("apad") for step in one.plan.filters)
