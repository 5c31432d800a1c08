"""Each file has its own end, and a request that is wrong for all of them has one for all."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from sonube import Sonube, SonubeError, Unauthenticated
from sonube.cli.run.batch import Batch
from sonube.cli.run.items import items_of
from sonube.cli.run.progress import NoProgress
from sonube.cli.run.request import ConversionRequest
from sonube.cli.run.stopping import Stopper
from tests.client.terminal import CTRL_C

if TYPE_CHECKING:
    from pathlib import Path

    from sonube import Task
    from sonube.transfer.sources import Source
    from tests.client.terminal import Terminal


class Defective(Sonube):
    """A client with a defect that one of the files meets."""

    def upload(self, task: Task, file: object, *rest: object) -> None:
        source: Source = file  # type: ignore[assignment]  # as the batch calls it
        if source.name == "b c.wav":
            raise ZeroDivisionError("division by zero")
        super().upload(task, source, *rest)  # type: ignore[arg-type]  # as above


def test_a_defect_ends_its_own_file_only(
    terminal: Terminal, service: Sonube, songs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SONUBE_SESSION", str(terminal.session))
    batch = Batch(Defective(), service, Stopper(), ConversionRequest(["mp3"]), NoProgress(), parallel=1)

    ended = list(batch.run(items_of([terminal.folder / song for song in songs], None)))

    assert [outcome.error and outcome.error.code for outcome in ended] == [None, "client_defect", None]
    assert "ZeroDivisionError: division by zero." in str(ended[1].error)
    assert [task.state for task in service.tasks()] == ["PROCESSED", "CANCELLED", "PROCESSED"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (["--to", "mp4"], "Valid: aac"),
        (["--to", "mp3", "--to", "mp4"], "Valid: aac"),
        (["--preset", "podcats"], "Valid: "),
        (["--to", "mp3", "-o", "bitRateKbps=9000"], "320"),
        (["--to", "mp3", "-o", "bitrate=128"], "bitrate"),
    ],
)
def test_a_wrong_request_is_refused_once_before_any_upload(
    terminal: Terminal, service: Sonube, songs: list[str], wanted: list[str], said: str
) -> None:
    done = terminal.run("convert", *songs, *wanted)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert said in done.stderr
    assert list(service.tasks()) == []


def test_a_service_that_is_away_is_reported_once(terminal: Terminal, songs: list[str]) -> None:
    session = json.loads(terminal.session.read_text()) | {"url": "http://127.0.0.1:9"}
    terminal.session.write_text(json.dumps(session))

    done = terminal.run("convert", *songs, "--to", "mp3")

    assert (done.returncode, done.stderr.count("unreachable"), done.stderr.count("\n")) == (1, 1, 1), (
        done.stderr
    )


def test_a_name_that_the_service_refuses_is_no_reason_to_refuse_the_others(
    terminal: Terminal, songs: list[str]
) -> None:
    (terminal.folder / "back\\slash.wav").write_bytes((terminal.folder / songs[0]).read_bytes())

    done = terminal.run("convert", "back\\slash.wav", songs[0], "--to", "mp3", "--parallel", "1")

    assert (done.returncode, done.stdout) == (1, "a.mp3\n")
    assert done.stderr.startswith("back\\slash.wav: filename must be a file name"), done.stderr


def test_a_session_that_the_service_refuses_is_renewed(terminal: Terminal, songs: list[str]) -> None:
    old = json.loads(terminal.session.read_text())
    terminal.session.write_text(json.dumps(old | {"id_token": "refused"}))

    done = terminal.run("convert", *songs, "--to", "mp3")

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(terminal.session.read_text())["id_token"] not in {"refused", ""}


def test_a_session_that_cannot_be_renewed_says_how_to_log_in(terminal: Terminal) -> None:
    old = json.loads(terminal.session.read_text())
    terminal.session.write_text(json.dumps(old | {"id_token": "refused", "refresh_token": "refused"}))

    done = terminal.run("tasks")

    assert (done.returncode, "Run `sonube login`." in done.stderr) == (1, True), done.stderr


def test_a_token_function_is_asked_again_after_a_refusal(terminal: Terminal) -> None:
    session = json.loads(terminal.session.read_text())
    tokens = iter(["stale", session["id_token"]])

    assert list(Sonube(session["url"], lambda: next(tokens)).tasks()) == []
    with pytest.raises(Unauthenticated):
        list(Sonube(session["url"], lambda: "stale").tasks())


@pytest.mark.parametrize("command", ["get", "rm"])
def test_options_are_options_wherever_they_stand(terminal: Terminal, command: str) -> None:
    task_id = "-hOmxq1-MYq4docCXYZabc"

    for arguments in (["-h"], ["-h", task_id], [task_id, "-h"], ["--help", task_id]):
        assert terminal.run(command, *arguments).stdout.startswith(f"Usage: sonube {command}"), arguments
    unknown = terminal.run(command, task_id, "--quiet")

    assert (unknown.returncode, "No such option" in unknown.stderr) == (2, True), unknown.stderr


def test_rm_asks_on_a_terminal_unless_told_not_to(
    terminal: Terminal, service: Sonube, songs: list[str]
) -> None:
    made = [service.create(terminal.folder / songs[0], "mp3").id for _ in range(2)]

    kept, shown = terminal.watch("rm", *made, typed=[("[y/N]", "n\r")])
    assert (kept, "Delete these 2 tasks" in shown, len(list(service.tasks()))) == (1, True, 2), shown
    assert terminal.watch("rm", made[0], "--yes")[0] == 0
    assert terminal.watch("rm", made[1], typed=[("[y/N]", CTRL_C)])[0] == 130
    assert terminal.run("rm", made[1]).stdout == f"deleted {made[1]}\n"


def test_a_full_disk_is_reported_with_the_name_of_the_result(
    service: Sonube, terminal: Terminal, songs: list[str], tmp_path: Path
) -> None:
    task = service.create(terminal.folder / songs[0], "mp3")
    service.upload(task, terminal.folder / songs[0])
    done = service.wait(task.id)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match=r"a\.mp3") as caught:
        service.download(done, tmp_path / "out", full)

    assert caught.value.filename == str(tmp_path / "out" / "a.mp3")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_error_of_a_folder_names_the_result(terminal: Terminal, songs: list[str]) -> None:
    done = terminal.run("convert", songs[0], "--to", "mp3", "--out", "/proc")

    assert done.returncode == 1
    assert not re.search(r"\.sonube-|\.part", done.stderr), done.stderr


def test_errors_can_be_told_apart_hashed_and_sent_to_other_processes(service: Sonube) -> None:
    with pytest.raises(SonubeError) as caught:
        service.get("A" * 22)

    assert type(caught.value).__name__ == "NotFound"
