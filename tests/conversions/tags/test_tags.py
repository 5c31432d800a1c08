"""Tags, chapters and covers follow the options."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import mutagen
import pytest
from mutagen.flac import FLAC
from mutagen.id3 import ID3
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from shared.domain.formats import FORMATS
from tests.sampling import chosen
from tests.waiting import HANG_S
from tools.ffmpeg import program
from tools.material import CHAPTERS, TITLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput
    from shared.domain.media import Chapter

HOLD_A_PICTURE = [name for name, form in FORMATS.items() if form.holds_pictures]
CONTAINERS = ["mp3", "ogg", "opus", "flac", "m4a", "aac", "aiff", "webm"]


def begins(chapters: Sequence[Chapter]) -> list[tuple[float, str]]:
    return [(chapter.start_s, chapter.title) for chapter in chapters]


def test_chapters_follow_a_cut(
    made_all: Callable[..., dict[str, VerifiedOutput]], material: dict[str, Path]
) -> None:
    for result in made_all(material["mp3"], *CONTAINERS, startS=0.2).values():
        chapters = begins(result.probe.chapters)

        assert [title for _, title in chapters] == [chapter.title for chapter in CHAPTERS]
        assert [start for start, _ in chapters] == pytest.approx([0, 0.3], abs=0.02)


def test_chapters_follow_a_change_of_speed(
    made_all: Callable[..., dict[str, VerifiedOutput]], material: dict[str, Path]
) -> None:
    for result in made_all(material["flac"], *CONTAINERS, speed=2).values():
        assert [c.start_s for c in result.probe.chapters] == pytest.approx([0, 0.25], abs=0.02)


def test_a_chapter_outside_the_cut_is_removed(
    made: Callable[..., VerifiedOutput], material: dict[str, Path]
) -> None:
    assert [(0, CHAPTERS[1].title)] == begins(made(material["mp3"], "flac", startS=0.6).probe.chapters)


def test_chapters_in_id3_are_for_every_reader(
    made_all: Callable[..., dict[str, VerifiedOutput]], material: dict[str, Path], tmp_path: Path
) -> None:
    """TheMetalCenter/m4b-mp3-chapters-from-cuesheets 1: many chapters, or long titles, were lost."""
    titles = ["章" * 60, *(f"Chapter {n}" for n in range(2, 61))]
    entries = [f"START={8 * n}\nEND={8 * n + 8}\ntitle={title}\n" for n, title in enumerate(titles)]
    text = "".join(f"[CHAPTER]\nTIMEBASE=1/1000\n{entry}" for entry in entries)
    (tmp_path / "chapters").write_text(f";FFMETADATA1\n{text}")
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(material["wav"])]
    argv += ["-i", str(tmp_path / "chapters"), "-map_chapters", "1", str(tmp_path / "book.mp3")]
    subprocess.run(argv, check=True, timeout=HANG_S)
    results = made_all(tmp_path / "book.mp3", "wav", "m4a", "aiff")

    for form, one in results.items():
        assert [title for _, title in begins(one.probe.chapters)] == titles, form
    # The sizes of frames are written as that version has them.
    for form in ("wav", "aiff"):
        assert b"ID3\3" in results[form].file.read_bytes()


@pytest.mark.parametrize("options", [{}, {"startS": 0.25, "speed": 0.5}], ids=str)
def test_chapters_end_with_the_audio(
    made_all: Callable[..., dict[str, VerifiedOutput]],
    material: dict[str, Path],
    tmp_path: Path,
    options: dict[str, float],
) -> None:
    times = ((0, 1000), (1000, 60_000), (60_000, 90_000))
    chapters = [f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={begin}\nEND={end}\n" for begin, end in times]
    (tmp_path / "chapters").write_text(";FFMETADATA1\n" + "".join(chapters))
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(material["wav"])]
    argv += ["-i", str(tmp_path / "chapters"), "-map_chapters", "1", str(tmp_path / "long.m4a")]
    subprocess.run(argv, check=True, timeout=HANG_S)

    for form, one in made_all(tmp_path / "long.m4a", *CONTAINERS, **options).items():
        assert len(one.probe.chapters) == 2, form
        assert one.probe.chapters[-1].end_s == pytest.approx(one.plan.duration_s, abs=0.08), form


def test_all_tags_can_be_removed(
    made_all: Callable[..., dict[str, VerifiedOutput]], material: dict[str, Path]
) -> None:
    for result in made_all(material["flac"], *FORMATS, keepTags=False).values():
        found = result.probe

        assert (found.tags.get("title"), found.cover, found.chapters) == (None, None, ())


def pictures(tools: Tools, files: Sequence[tuple[Path, int | None]], folder: Path) -> list[bytes]:
    """The picture of each file, by its stream."""
    argv, targets = [tools.ffmpeg, "-nostdin", "-v", "error"], [folder / f"{n}" for n in range(len(files))]
    for file, _ in files:
        argv += ["-i", str(file)]
    for n, (_, stream) in enumerate(files):
        argv += ["-map", f"{n}:{stream}", "-c", "copy", "-f", "image2pipe", str(targets[n])]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return [target.read_bytes() for target in targets]


def test_the_cover_is_unchanged(
    tools: Tools,
    made_all: Callable[..., dict[str, VerifiedOutput]],
    material: dict[str, Path],
    tmp_path: Path,
) -> None:
    results = made_all(material["mp3"], *HOLD_A_PICTURE)
    covers = [(one.file, one.probe.cover) for one in results.values()]
    original, *kept = pictures(tools, [(material["mp3"], 1), *covers], tmp_path)

    assert original
    assert dict(zip(results, kept, strict=True)) == dict.fromkeys(HOLD_A_PICTURE, original)


def tagged(folder: Path, source: Path, **tags: str) -> Path:
    target = folder / "tagged.flac"
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(source), "-map", "0:a"]
    for name, value in tags.items():
        argv += ["-metadata", f"{name}={value}"]
    subprocess.run([*argv, "-c:a", "flac", str(target)], check=True, timeout=HANG_S)
    return target


def test_a_stale_replay_gain_becomes_that_of_the_output(
    made_each: Callable[..., list[VerifiedOutput]], material: dict[str, Path], tmp_path: Path
) -> None:
    source = tagged(tmp_path, material["wav"], REPLAYGAIN_TRACK_GAIN="-77.00 dB", title=TITLE)
    same, quieter, opus = made_each(source, ("ogg", {}), ("ogg", {"gainDb": -3}), ("opus", {}))
    gains = [float(OggVorbis(one.file)["replaygain_track_gain"][0].split()[0]) for one in (same, quieter)]

    assert gains[1] - gains[0] == pytest.approx(3, abs=0.15)
    assert int(OggOpus(opus.file)["r128_track_gain"][0]) / 256 == pytest.approx(gains[0] - 5, abs=0.3)
    assert "replaygain_track_gain" not in OggOpus(opus.file)


@pytest.mark.parametrize(
    ("options", "kept"),
    [({}, ["-7.00 dB"]), ({"gainDb": -3}, []), ({"loudnessLufs": -20}, []), ({"spec": "spotify"}, [])],
)
def test_album_gain_is_kept_only_where_the_level_stays(
    made_each: Callable[..., list[VerifiedOutput]],
    material: dict[str, Path],
    tmp_path: Path,
    options: dict[str, Any],
    kept: list[str],
) -> None:
    source = tagged(tmp_path, material["wav"], REPLAYGAIN_ALBUM_GAIN="-7.00 dB")
    (made,) = made_each(source, ("ogg", options))

    assert OggVorbis(made.file).get("replaygain_album_gain", []) == kept


def test_a_copy_keeps_its_replay_gain(
    made_each: Callable[..., list[VerifiedOutput]], material: dict[str, Path], tmp_path: Path
) -> None:
    source = tagged(tmp_path, material["wav"], REPLAYGAIN_TRACK_GAIN="-77.00 dB")
    kept, measured = made_each(source, ("flac", {}), ("flac", {"replayGain": True}))

    assert FLAC(kept.file)["replaygain_track_gain"] == ["-77.00 dB"]
    assert abs(float(FLAC(measured.file)["replaygain_track_gain"][0].split()[0])) < 30


# Texts under names that every container has a place for, and as chapter titles.
AWKWARD = {
    "title": "a=b;c#d",
    "artist": "back\\slash",
    "album": "two\nlines",
    "comment": "“quotes” 'n' %s {input}",
    "genre": "[CHAPTER]",
    "composer": "🎵 emoji",
    "copyright": "-map 0",
}


@pytest.fixture(scope="module")
def awkward(material: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("awkward")
    lines = [";FFMETADATA1", *(f"{name}={escaped(text)}" for name, text in AWKWARD.items())]
    for n, text in enumerate(AWKWARD.values()):
        times = (f"START={n * 200}", f"END={n * 200 + 200}")
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", *times, f"title={escaped(text)}"]
    (folder / "tags").write_text("\n".join(lines) + "\n")
    argv = [
        program("ffmpeg"),
        "-nostdin",
        "-v",
        "error",
        "-i",
        str(material["wav"]),
        "-i",
        str(folder / "tags"),
    ]
    target = folder / "awkward.mka"
    subprocess.run([*argv, "-map_metadata", "1", "-c:a", "flac", str(target)], check=True, timeout=HANG_S)
    return target


SAME_FORMAT = {
    "mp3": "mp3",
    "aac (ADTS)": "aac",
    "m4a (AAC)": "m4a",
    "ogg (Vorbis)": "ogg",
    "opus": "opus",
    "flac": "flac",
    "wav": "wav",
    "aiff": "aiff",
}


@pytest.mark.parametrize("kind", chosen(SAME_FORMAT, {"mp3", "m4a (AAC)", "opus", "wav"}))
def test_measured_gain_fits_into_a_copied_tag_with_padding(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    form = SAME_FORMAT[kind]
    source = tmp_path / "padded"
    source.write_bytes(material[kind].read_bytes())
    padded = ID3(source) if form == "aac" else mutagen.File(source)
    padded.save(padding=lambda _: 5000)
    result = made(source, form, replayGain=True)

    assert b"gain" in result.file.read_bytes().lower()


def escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "=;#\\\n" else c for c in text)


def test_awkward_text_is_unchanged(made_all: Callable[..., dict[str, VerifiedOutput]], awkward: Path) -> None:
    for result in made_all(awkward, *CONTAINERS).values():
        found = result.probe

        assert {name: found.tags.get(name) for name in AWKWARD} == AWKWARD
        assert [title for _, title in begins(found.chapters)] == list(AWKWARD.values())


def test_a_title_that_ends_with_a_backslash_is_kept_apart(
    made_all: Callable[..., dict[str, VerifiedOutput]], awkward: Path, tmp_path: Path
) -> None:
    source = tmp_path / "ends.mka"
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(awkward), "-c", "copy"]
    subprocess.run([*argv, "-metadata:c:1", "title=end\\", str(source)], check=True, timeout=HANG_S)

    for form, one in made_all(source, "flac", "m4a").items():
        titles = [title.rstrip() for _, title in begins(one.probe.chapters)]
        assert titles[:3] == ["a=b;c#d", "end\\", "two\nlines"], form
