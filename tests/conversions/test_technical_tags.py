"""What a container or a program noted of the old file stays behind; what a person wrote does not."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from functions.convert.ffmpeg.probe import FRONT_COVER
from shared.domain.formats import FORMATS, Carrier
from tests.waiting import HANG_S
from tools.ffmpeg import program
from tools.material import KINDS, TITLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verifier import VerifiedOutput

    MadeAll = Callable[..., dict[str, VerifiedOutput]]

# What a muxer and an encoder say of their own work, and what is asked of the others.
OF_RESULT = {"encoder", "major_brand", "minor_version", "compatible_brands"}
OF_TRACK = {"encoder", "language", "handler_name", "vendor_id", "duration"}
WRITTEN = {"title", "artist"}
PICTURED = [name for name, form in FORMATS.items() if form.cover is not Carrier.NONE]


def ffmpeg(*arguments: str | Path) -> None:
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(argv, check=True, timeout=HANG_S)


def report(tools: Tools, file: Path) -> Any:  # it is JSON
    argv = [tools.ffprobe, "-v", "error", "-show_format", "-show_streams", "-of", "json", str(file)]
    return json.loads(subprocess.run(argv, check=True, capture_output=True, timeout=HANG_S).stdout)


def tags(tools: Tools, file: Path) -> dict[str, str]:
    """Those of the file and of its sound, by lower-case names."""
    found = report(tools, file)
    parts = [part.get("tags", {}) for part in (found["format"], found["streams"][0])]
    return {name.lower(): value for part in parts for name, value in part.items()}


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_no_input_hands_on_a_tag_that_nobody_wrote(
    tools: Tools, made_all: MadeAll, material: dict[str, Path], kind: str
) -> None:
    own = {"m4a": OF_RESULT | OF_TRACK, "alac": OF_RESULT | OF_TRACK, "webm": {"encoder", "duration"}}
    found = {form: set(tags(tools, one.file)) for form, one in made_all(material[kind], *FORMATS).items()}
    odd = {form: names - WRITTEN - own.get(form, {"encoder"}) for form, names in found.items()}

    assert {
        form: {name for name in names if not name.startswith("chapter")} for form, names in odd.items()
    } == {form: set() for form in FORMATS}


def test_the_language_of_a_track_is_told_where_somebody_knew_it(
    tools: Tools, made_all: MadeAll, material: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "said.m4a"
    ffmpeg("-i", material["m4a (AAC)"], "-c", "copy", "-map", "0:a", "-metadata:s:a", "language=por", source)
    results = made_all(source, "webm", "m4a", "ogg", "mp3")

    assert {form: tags(tools, one.file)["language"] for form, one in results.items()} == dict.fromkeys(
        results, "por"
    )


def test_an_mp4_keeps_the_name_that_its_track_was_given(
    tools: Tools, made_all: MadeAll, material: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "named.m4a"
    handled = ("-metadata:s:a", "handler_name=Commentary")
    ffmpeg("-i", material["m4a (AAC)"], "-c", "copy", "-map", "0:a", *handled, source)
    results = made_all(source, "m4a", "flac")

    assert tags(tools, results["m4a"].file)["handler_name"] == "Commentary"
    assert "handler_name" not in tags(tools, results["flac"].file)


# As mkvmerge writes them for each track.
COUNTED = {"BPS-eng": "705600", "NUMBER_OF_FRAMES": "36", "_STATISTICS_WRITING_APP": "mkvmerge v70"}


def matroska(material: dict[str, Path], target: Path, **film: str) -> Path:
    of_track = {**COUNTED, "title": "Surround", "composer": "Ö. Nur"}
    said = [word for name, value in of_track.items() for word in ("-metadata:s:a", f"{name}={value}")]
    said += [word for name, value in film.items() for word in ("-metadata", f"{name}={value}")]
    ffmpeg("-i", material["wav"], "-map_metadata", "-1", "-c:a", "flac", *said, target)
    return target


def test_of_a_matroska_track_the_words_are_kept_and_the_statistics_are_not(
    tools: Tools, made_all: MadeAll, material: dict[str, Path], tmp_path: Path
) -> None:
    source = matroska(material, tmp_path / "film.mka", title="The film")
    assert {name.lower() for name in COUNTED} <= set(tags(tools, source))

    for form, one in made_all(source, *FORMATS).items():
        found = tags(tools, one.file)

        assert not {name for name in found if name.startswith(("bps", "number_of", "_stat"))}, form
        # WAV's list has no place for a composer.
        assert found.get("composer") == (None if form == "wav" else "Ö. Nur"), form


def test_the_recording_has_its_own_title_and_not_that_of_its_track(
    tools: Tools, made_all: MadeAll, material: dict[str, Path], tmp_path: Path
) -> None:
    source = matroska(material, tmp_path / "film.mka", title="The film")
    results = made_all(source, "mp3", "ogg", "opus", "flac", "wav", "aac")

    assert {form: tags(tools, one.file)["title"] for form, one in results.items()} == dict.fromkeys(
        results, "The film"
    )


def test_private_frames_and_a_stale_length_stay_in_id3(
    tools: Tools, made_all: MadeAll, material: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "private.mp3"
    said = ("-metadata", "id3v2_priv.WM/Provider=A\\x00M", "-metadata", "TLEN=1500")
    ffmpeg("-i", material["mp3"], "-map", "0:a", "-c", "copy", *said, source)
    results = {form: tags(tools, one.file) for form, one in made_all(source, *FORMATS).items()}

    # ffmpeg reads none from an AIFF.
    assert {form for form, found in results.items() if any("priv" in name for name in found)} == {
        "mp3",
        "aac",
    }
    assert not any("tlen" in found for found in results.values())
    assert {found.get("title") for found in results.values()} == {TITLE}


def test_how_a_stream_was_encoded_is_told_of_a_copy_alone(
    tools: Tools, made_all: MadeAll, material: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "said.opus"
    ffmpeg(
        "-i", material["opus"], "-map", "0:a", "-c", "copy", "-metadata:s:a", "encoder_options=-b 9", source
    )
    copied, encoded = (tags(tools, one.file) for one in made_all(source, "opus", "flac").values())

    assert (copied["encoder_options"], "encoder_options" in encoded) == ("-b 9", False)


def test_of_several_pictures_the_front_cover_is_taken_and_called_so(
    tools: Tools, made_all: MadeAll, material: dict[str, Path], tmp_path: Path
) -> None:
    for name, colour in (("back", "red"), ("front", "blue")):
        ffmpeg("-f", "lavfi", "-i", f"color={colour}:s=32x32", "-frames:v", "1", tmp_path / f"{name}.png")
    inputs = ("-i", material["wav"], "-i", tmp_path / "back.png", "-i", tmp_path / "front.png")
    maps = ("-map", "0:a", "-map", "1:v", "-map", "2:v", "-c:v", "copy", "-disposition:v", "attached_pic")
    kinds = ("-metadata:s:v:0", "comment=Cover (back)", "-metadata:s:v:1", f"comment={FRONT_COVER}")
    ffmpeg(*inputs, *maps, *kinds, tmp_path / "two.flac")

    for form, one in made_all(tmp_path / "two.flac", *PICTURED).items():
        covers = [s for s in report(tools, one.file)["streams"] if s.get("codec_type") == "video"]

        assert [cover.get("tags", {}).get("comment", FRONT_COVER) for cover in covers] == [FRONT_COVER], form
        shown = tmp_path / f"{form}.png"
        ffmpeg("-i", one.file, "-map", "0:v", "-c", "copy", "-frames:v", "1", shown)
        assert shown.read_bytes() == (tmp_path / "front.png").read_bytes(), form
