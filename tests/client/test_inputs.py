"""What `sonube convert` takes: folders, standard input, several formats, times on a clock."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import click
import pytest

from functions.convert.probe.probe import probe
from sonube.cli.run.request import options_of
from tests.client.terminal import COMMAND
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from sonube import Sonube
    from tests.client.terminal import Terminal


@pytest.fixture
def album(terminal: Terminal, audio: Callable[..., Path]) -> list[str]:
    """Names of the audio files in the folder `album`, among others."""
    names = ["album/cd 1/01.wav", "album/cd 1/02.WAV", "album/cd 2/01.wav", "album/intro.wav"]
    others = ["album/cover.jpg", "album/cd 1/.hidden.wav", "album/.trash/old.wav", "album/cd 2/notes.txt"]
    for name in names + others:
        file = terminal.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(audio("wav"), file)
    return names


def test_a_folder_is_converted_with_its_structure(terminal: Terminal, album: list[str]) -> None:
    done = terminal.run("convert", "album", "--to", "mp3", "--out", "phone", "--json")
    again = terminal.run("convert", "album", "--to", "mp3", "--out", "phone", "--resume")
    lines = {line["file"]: line["results"] for line in map(json.loads, done.stdout.splitlines())}

    assert done.returncode == 0, done.stderr
    assert lines == {name: [f"phone/{name.removeprefix('album/').rpartition('.')[0]}.mp3"] for name in album}
    assert done.stderr == "album: left out 2 files without an audio extension.\n"
    assert len(again.stdout.splitlines()) == 4


def test_without_out_results_are_beside_their_files(terminal: Terminal, album: list[str]) -> None:
    done = terminal.run("convert", "album/cd 1", "--to", "mp3")

    assert sorted(done.stdout.splitlines()) == ["album/cd 1/01.mp3", "album/cd 1/02.mp3"], album


def test_results_below_the_folder_are_no_sources(terminal: Terminal, album: list[str]) -> None:
    for _ in range(2):
        done = terminal.run("convert", "album", "--to", "flac", "--out", "album/flac", "--overwrite")

    assert len(done.stdout.splitlines()) == len(album)
    assert len(list((terminal.folder / "album" / "flac").rglob("*.flac"))) == len(album)


def test_a_folder_without_audio_is_refused(terminal: Terminal) -> None:
    (terminal.folder / "texts").mkdir()

    done = terminal.run("convert", "texts", "--to", "mp3")

    assert (done.returncode, "There are no audio files in texts." in done.stderr) == (2, True)


def _piped(terminal: Terminal, source: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    with source.open("rb") as sound:
        # A pipe, which cannot seek, and not the file itself.
        cat = subprocess.Popen(["cat"], stdin=sound, stdout=subprocess.PIPE)
    with cat:
        return subprocess.run(
            [*COMMAND, *arguments],
            stdin=cat.stdout,
            cwd=terminal.folder,
            env=terminal.environment,
            capture_output=True,
            timeout=HANG_S,
            check=False,
        )


def test_standard_input_is_converted_to_standard_output(
    terminal: Terminal, service: Sonube, audio: Callable[..., Path], tools: Tools
) -> None:
    done = _piped(terminal, audio("wav"), "convert", "-", "--to", "mp3")
    result = terminal.folder / "result"
    result.write_bytes(done.stdout)
    task = next(service.tasks())

    assert (done.returncode, done.stderr, probe(tools, result).codec) == (0, b"", "mp3")
    assert terminal.run("get", task.id, "--out", "-", "--as", "x").stdout[:3] == "ID3"


def test_standard_input_and_output_go_with_files_and_folders(
    terminal: Terminal, audio: Callable[..., Path], songs: list[str]
) -> None:
    stored = _piped(terminal, audio("wav"), "convert", "-", "--to", "mp3", "--out", "out")
    shown = terminal.run("convert", songs[0], "--to", "mp3", "--out", "-")

    assert (stored.returncode, stored.stdout) == (0, b"out/stdin.mp3\n"), stored.stderr
    assert (shown.returncode, shown.stdout[:3]) == (0, "ID3"), shown.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.wav", "b c.wav", "--to", "mp3", "--out", "-"], "Only one result fits"),
        (["-", "a.wav", "--to", "mp3"], "Only one result fits"),
        (["a.wav", "--to", "mp3", "--to", "flac", "--out", "-"], "Only one result fits"),
        (["a.wav", "--to", "mp3", "--out", "-", "--json"], "standard output holds the result"),
    ],
)
def test_more_than_one_result_does_not_fit_into_standard_output(
    terminal: Terminal, songs: list[str], arguments: list[str], said: str
) -> None:
    done = terminal.run("convert", *arguments)

    assert (done.returncode, said in done.stderr, bool(songs)) == (2, True, True), done.stderr


def test_a_terminal_is_neither_a_source_nor_a_place_for_a_result(
    terminal: Terminal, songs: list[str]
) -> None:
    asked = terminal.watch("convert", "-", "--to", "mp3")
    shown = terminal.watch("convert", songs[0], "--to", "mp3", "--out", "-")

    assert (asked[0], "Standard input is a terminal." in asked[1]) == (2, True), asked
    assert (shown[0], "Standard output is a terminal." in shown[1]) == (2, True), shown


def test_several_formats_come_from_one_upload(terminal: Terminal, service: Sonube, songs: list[str]) -> None:
    wanted = ["convert", songs[0], "--to", "flac", "--to", "opus", "--to", "flac", "--out", "out"]

    done = terminal.run(*wanted)
    (terminal.folder / "out" / "a.opus").unlink()
    again = terminal.run(*wanted, "--resume")

    assert (done.returncode, done.stdout) == (0, "out/a.flac\nout/a.opus\n"), done.stderr
    assert again.stdout == "out/a (2).flac\nout/a.opus\n"
    assert len(list(service.tasks())) == 2


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:30", 90),
        ("0:00.5", 0.5),
        ("01:02:03.25", 3723.25),
        ("90:00", 5400),
        ("1:30.1", 90.1),
        ("2", 2),
        ("1.5", 1.5),
    ],
)
def test_times_may_be_written_as_on_a_clock(text: str, seconds: float) -> None:
    assert options_of([f"startS={text}"]) == {"startS": seconds}


@pytest.mark.parametrize("text", ["1:60", "1:2:3:4", ":30", "1:", "1:-3", "1:99:00", "a:b", "1:1e1"])
def test_times_that_no_clock_shows_are_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a time"):
        options_of([f"endS={text}"])


def test_a_part_is_converted_by_its_times(
    terminal: Terminal, audio: Callable[..., Path], tools: Tools
) -> None:
    shutil.copyfile(audio("wav"), terminal.folder / "a.wav")

    done = terminal.run("convert", "a.wav", "--to", "flac", "-o", "startS=0:00.5", "-o", "endS=0:01.25")

    assert done.returncode == 0, done.stderr
    assert probe(tools, terminal.folder / "a.flac").duration_s == pytest.approx(0.75, abs=0.01)
