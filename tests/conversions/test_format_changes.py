"""Sources that change their channels or rate midway are converted whole: joined files, and broadcasts."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from shared.domain.formats import FORMATS
from tests.sampling import crossed
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import decoded
from tools.ffmpeg import program
from tools.material import CHAPTERS, TITLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput

PART_S = 2.0
ENDINGS = {"libmp3lame": "mp3", "ac3": "ac3", "aac": "aac", "libvorbis": "ogg"}
# Codecs and how each part is encoded.
SOURCES = {
    "mp3": ("libmp3lame", "-ac 2", "-ac 1", "-ac 2 -ar 32000"),
    "ac3": ("ac3", "-ac 2", "-ac 6", "-ac 2"),
    "ac3 of six": ("ac3", "-ac 6", "-ac 2", "-ac 6"),
    "aac": ("aac", "-ac 2", "-ac 1", "-ac 2 -ar 24000"),
    "vorbis": ("libvorbis", "-ac 2", "-ac 1", "-ac 2 -ar 32000"),
}
# The formats in three parts: each source becomes one part in `make test`.
FORMAT_PARTS = [list(FORMATS)[n::3] for n in range(3)]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Two seconds of a tone for each part of each source."""
    folder = tmp_path_factory.mktemp("parts")
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi", "-i", f"sine=440:d={PART_S}"]
    files: dict[tuple[str, str], Path] = {}
    for codec, *changes in SOURCES.values():
        for change in changes:
            if (codec, change) not in files:
                files[codec, change] = folder / f"{len(files)}.{ENDINGS[codec]}"
                argv += ["-map", "0", "-c:a", codec, *change.split(), str(files[codec, change])]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return {name: [files[codec, change] for change in changes] for name, (codec, *changes) in SOURCES.items()}


def joined(target: Path, *parts: Path) -> Path:
    """Write the parts one after the other."""
    target.write_bytes(b"".join(part.read_bytes() for part in parts))
    return target


def is_loud(made: VerifiedOutput, begin: int = 0, end: int = 190) -> bool:
    """Return whether these of its 200 peaks are loud, but for the silence at the start of each part."""
    assert made.levels
    return sum(peak < 0.02 for peak in made.levels.peaks[begin:end]) <= 8


@pytest.mark.parametrize(("name", "forms"), crossed(list(SOURCES), FORMAT_PARTS))
def test_it_is_converted_whole_to_every_format(
    made_all: Callable[..., dict[str, VerifiedOutput]],
    parts: dict[str, list[Path]],
    tmp_path: Path,
    name: str,
    forms: list[str],
) -> None:
    for one in made_all(joined(tmp_path / "joined", *parts[name]), *forms, gainDb=-3).values():
        assert one.probe.duration_s == pytest.approx(len(parts[name]) * PART_S, abs=0.25)
        assert is_loud(one)


# Options, the duration that they give, and which of the 200 peaks are loud then.
OPTIONS: dict[str, tuple[dict[str, object], float, tuple[int, int]]] = {
    "cut": ({"startS": 1, "endS": 5}, 4.0, (0, 190)),
    "fades": ({"fadeInS": 1, "fadeOutS": 1}, 6.0, (40, 160)),
    "speed": ({"speed": 1.5}, 4.0, (0, 190)),
    "loudness": ({"loudnessLufs": -20, "trimSilence": True}, 6.0, (0, 190)),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_options_apply_to_the_whole_and_not_to_each_part(
    made: Callable[..., VerifiedOutput], parts: dict[str, list[Path]], tmp_path: Path, name: str
) -> None:
    options, seconds, loud = OPTIONS[name]
    result = made(joined(tmp_path / "joined", *parts["mp3"]), "flac", **options)
    assert result.levels

    assert result.probe.duration_s == pytest.approx(seconds, abs=0.2)
    assert is_loud(result, *loud)
    assert (max(result.levels.peaks[-2:]) < 0.03) == (name == "fades")
    if result.normalisation:
        assert result.normalisation.after.integrated_lufs == pytest.approx(-20, abs=0.3)


def test_nothing_is_lost_where_the_parts_meet(
    tools: Tools, made: Callable[..., VerifiedOutput], parts: dict[str, list[Path]], tmp_path: Path
) -> None:
    """The parts alone have as many samples, except the resampler's last few."""
    result = made(joined(tmp_path / "joined", *parts["ac3"]), "flac")
    *alone, whole = decoded(tools, [*parts["ac3"], result.file], "pcm_s16le")
    samples = [len(each) // (2 * channels) for each, channels in zip(alone, (2, 6, 2), strict=True)]

    assert len(whole) // (2 * result.probe.channels) == pytest.approx(sum(samples), abs=100)


def test_tags_cover_and_chapters_are_kept(
    made_all: Callable[..., dict[str, VerifiedOutput]],
    material: dict[str, Path],
    parts: dict[str, list[Path]],
    tmp_path: Path,
) -> None:
    source = joined(tmp_path / "joined", material["mp3"], parts["mp3"][1])

    for one in made_all(source, "ogg", "flac", "m4a", "mp3", gainDb=-3).values():
        assert one.probe.tags["title"] == TITLE
        assert one.probe.cover is not None
        assert [each.title for each in one.probe.chapters] == [each.title for each in CHAPTERS]
