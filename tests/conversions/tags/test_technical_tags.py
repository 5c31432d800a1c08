"""Tags about the old file are left out; tags that a person wrote are kept."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from functions.convert.probe.report import FRONT_COVER
from shared.domain.formats import FORMATS
from tests.conversions.metadata import read_metadata, read_tags
from tests.waiting import HANG_S
from tools.ffmpeg import program
from tools.material import TITLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.verify.verified_output import VerifiedOutput

    MadeAll = Callable[..., dict[str, VerifiedOutput]]
    Tags = dict[str, dict[str, str]]

PICTURED = [name for name, form in FORMATS.items() if form.holds_pictures]


def ffmpeg(*arguments: str | Path) -> None:
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(argv, check=True, timeout=HANG_S)


def tags(results: dict[str, VerifiedOutput]) -> Tags:
    """Return the tags of each output, by lower-case names."""
    return dict(zip(results, read_tags([one.file for one in results.values()]), strict=True))


@pytest.fixture(scope="module")
def from_named_track(
    made_all: MadeAll, material: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Tags:
    """Tags of the outputs of an MP4 whose track has a language and a name."""
    source = tmp_path_factory.mktemp("named") / "said.m4a"
    said = ("-metadata:s:a", "language=por", "-metadata:s:a", "handler_name=Commentary")
    ffmpeg("-i", material["m4a (AAC)"], "-c", "copy", "-map", "0:a", *said, source)
    return tags(made_all(source, "webm", "m4a", "ogg", "mp3"))


def test_a_known_language_of_a_track_is_kept(from_named_track: Tags) -> None:
    languages = {form: found["language"] for form, found in from_named_track.items()}

    assert languages == dict.fromkeys(from_named_track, "por")


def test_only_mp4_keeps_the_name_of_its_track(from_named_track: Tags) -> None:
    names = {form: found.get("handler_name") for form, found in from_named_track.items()}

    assert names == {"webm": None, "m4a": "Commentary", "ogg": None, "mp3": None}


# mkvmerge writes them for each track.
COUNTED = {"BPS-eng": "705600", "NUMBER_OF_FRAMES": "36", "_STATISTICS_WRITING_APP": "mkvmerge v70"}


@pytest.fixture(scope="module")
def from_film(made_all: MadeAll, material: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Tags:
    """Tags of the outputs of a Matroska whose track has statistics and a title of its own."""
    source = tmp_path_factory.mktemp("film") / "film.mka"
    of_track = {**COUNTED, "title": "Surround", "composer": "Ö. Nur"}
    said = [word for name, value in of_track.items() for word in ("-metadata:s:a", f"{name}={value}")]
    ffmpeg(
        "-i",
        material["wav"],
        "-map_metadata",
        "-1",
        "-c:a",
        "flac",
        *said,
        "-metadata",
        "title=The film",
        source,
    )
    assert {name.lower() for name in COUNTED} <= set(read_tags([source])[0])
    return tags(made_all(source, *FORMATS))


def test_a_matroska_tracks_statistics_are_left_out(from_film: Tags) -> None:
    for form, found in from_film.items():
        assert not {name for name in found if name.startswith(("bps", "number_of", "_stat"))}, form
        # WAV's list has no place for a composer.
        assert found.get("composer") == (None if form == "wav" else "Ö. Nur"), form


@pytest.mark.parametrize("form", ["mp3", "ogg", "opus", "flac", "wav", "aac"])
def test_the_outputs_title_is_the_recordings_and_not_the_tracks(from_film: Tags, form: str) -> None:
    assert from_film[form]["title"] == "The film"


def test_private_frames_and_a_length_stay_in_a_copy(
    made_all: MadeAll, material: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "private.mp3"
    said = ("-metadata", "id3v2_priv.WM/Provider=A\\x00M", "-metadata", "TLEN=1500")
    ffmpeg("-i", material["mp3"], "-map", "0:a", "-c", "copy", *said, source)
    results = tags(made_all(source, *FORMATS))

    for what in ("priv", "tlen"):
        assert {form for form, found in results.items() if any(what in name for name in found)} == {"mp3"}
    assert {found.get("title") for found in results.values()} == {TITLE}


def test_encoder_settings_are_kept_in_copies_only(
    made_all: MadeAll, material: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "said.opus"
    ffmpeg(
        "-i", material["opus"], "-map", "0:a", "-c", "copy", "-metadata:s:a", "encoder_options=-b 9", source
    )
    results = tags(made_all(source, "opus", "flac"))

    assert results["opus"]["encoder_options"] == "-b 9"
    assert "encoder_options" not in results["flac"]


def test_the_front_cover_comes_first_of_several_pictures(
    made_all: MadeAll, material: dict[str, Path], tmp_path: Path
) -> None:
    colours = [("-f", "lavfi", "-i", f"color={colour}:s=32x32") for colour in ("red", "blue")]
    back, front = tmp_path / "back.png", tmp_path / "front.png"
    ffmpeg(
        *colours[0], *colours[1], "-map", "0", "-frames:v", "1", back, "-map", "1", "-frames:v", "1", front
    )
    inputs = ("-i", material["wav"], "-i", back, "-i", front)
    maps = ("-map", "0:a", "-map", "1:v", "-map", "2:v", "-c:v", "copy", "-disposition:v", "attached_pic")
    kinds = ("-metadata:s:v:0", "comment=Cover (back)", "-metadata:s:v:1", f"comment={FRONT_COVER}")
    ffmpeg(*inputs, *maps, *kinds, tmp_path / "two.flac")

    results = made_all(tmp_path / "two.flac", *PICTURED)
    files = [one.file for one in results.values()]
    covers = {form: found[1:] for form, found in zip(results, read_metadata(files, "v"), strict=True)}
    shown = {form: tmp_path / f"{form}.png" for form in results}
    read = [word for file in files for word in ("-i", file)]
    for n, target in enumerate(shown.values()):
        read += ["-map", f"{n}:v:0", "-c", "copy", "-frames:v", "1", target]
    ffmpeg(*read)

    for form, found in covers.items():
        kinds_of = [cover.get("comment", FRONT_COVER) for cover in found]
        # A copy keeps the order.
        assert kinds_of[form == "flac"] == FRONT_COVER, form
        assert len(kinds_of) == 2, form
        assert form == "flac" or shown[form].read_bytes() == front.read_bytes(), form
