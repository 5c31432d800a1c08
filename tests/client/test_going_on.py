"""What an interrupted or failed run leaves behind, and how the next run resumes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sonube import Sonube, SonubeError
from sonube.cli.run.batch import Batch
from sonube.cli.run.items import items_of
from sonube.cli.run.progress import NoProgress
from sonube.cli.run.request import ConversionRequest
from sonube.cli.run.stopping import Stopped, Stopper

if TYPE_CHECKING:
    from tests.client.terminal import Terminal


def test_resume_skips_finished_files(terminal: Terminal, service: Sonube, songs: list[str]) -> None:
    wanted = ["convert", *songs, "--preset", "archive", "--out", "out", "--json"]
    terminal.run("convert", *songs[:2], "--preset", "archive", "--out", "out")

    done = [json.loads(line) for line in terminal.run(*wanted, "--resume").stdout.splitlines()]

    assert sorted(line["results"][0] for line in done) == ["out/a.flac", "out/b c.flac", "out/Ñandú 🎶.flac"]
    assert [line["file"] for line in done if line["task"]] == ["Ñandú 🎶.wav"]
    assert len(list(service.tasks())) == 3


def test_resume_recognises_results_with_the_extension_of_the_source(
    terminal: Terminal, songs: list[str]
) -> None:
    wanted = ["convert", songs[0], "--to", "wav", "--resume"]

    assert [terminal.run(*wanted).stdout for _ in range(2)] == ["a-converted.wav\n"] * 2
    assert not list(terminal.folder.glob("*(2)*"))


def test_resume_does_not_mistake_the_result_of_another_file(terminal: Terminal, songs: list[str]) -> None:
    (terminal.folder / "other").mkdir()
    (terminal.folder / "other" / songs[0]).write_bytes((terminal.folder / songs[0]).read_bytes())
    terminal.run("convert", songs[0], "--to", "ogg", "--out", "out")

    done = terminal.run("convert", songs[0], f"other/{songs[0]}", "--to", "ogg", "--out", "out", "--resume")

    assert sorted(done.stdout.splitlines()) == ["out/a (2).ogg", "out/a (3).ogg"]


def test_resume_and_overwrite_exclude_each_other(terminal: Terminal, songs: list[str]) -> None:
    done = terminal.run("convert", songs[0], "--to", "ogg", "--resume", "--overwrite")

    assert (done.returncode, "--overwrite replaces them" in done.stderr) == (2, True)


def test_an_unwritable_folder_is_reported_before_any_upload(
    terminal: Terminal, service: Sonube, songs: list[str]
) -> None:
    done = terminal.run("convert", songs[0], "--to", "ogg", "--out", "/dev/null/out")

    assert (done.returncode, done.stderr) == (1, "a.wav: /dev/null/out: Not a directory. [file]\n")
    assert list(service.tasks()) == []


def test_a_result_that_cannot_be_saved_can_be_downloaded_later(
    terminal: Terminal, service: Sonube, songs: list[str]
) -> None:
    in_the_way = terminal.folder / "out" / "a.ogg"
    in_the_way.mkdir(parents=True)

    done = terminal.run("convert", songs[0], "--to", "ogg", "--out", "out", "--overwrite")
    task = next(service.tasks())

    assert (done.returncode, f"`sonube get {task.id}`" in done.stderr) == (1, True), done.stderr
    assert [path.name for path in in_the_way.parent.iterdir()] == ["a.ogg"]
    assert terminal.run("get", task.id, "--out", "out").stdout == "out/a (2).ogg\n"


class PressesCtrlC(NoProgress):
    """Presses Ctrl-C at the first progress report."""

    def __init__(self, stopper: Stopper) -> None:
        self._stopper = stopper

    def step(self, number: int, what: str, done: float) -> None:  # noqa: ARG002  # the protocol's own
        self._stopper.event.set()


def test_a_task_that_could_not_be_cancelled_is_named(
    terminal: Terminal, service: Sonube, songs: list[str]
) -> None:
    stopper, away = Stopper(), Sonube("http://127.0.0.1:9", "x", sleep=lambda _: None)
    batch = Batch(service, away, stopper, ConversionRequest(["mp3"]), PressesCtrlC(stopper))

    with pytest.raises(Stopped):
        list(batch.run(items_of([terminal.folder / songs[0]], None)))

    assert batch.left == [task.id for task in service.tasks()]


def test_wait_tolerates_two_minutes_without_a_service() -> None:
    waits: list[float] = []

    with pytest.raises(SonubeError, match="cannot be reached"):
        Sonube("http://127.0.0.1:9", "x", sleep=waits.append).wait("some-task")

    assert sum(waits) > 100
