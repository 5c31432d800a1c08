"""The `sonube` command on a terminal: bars, Ctrl-C, and how it is installed."""

from __future__ import annotations

import json
import re
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sonube.cli.interrupts import SAME_PRESS_S
from tests.client.terminal import COMMAND, CTRL_C, SLOWLY
from tests.signals import default_signals
from tests.sounds import write_long
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from sonube import Sonube
from tests.client.terminal import Cue, Terminal

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ROOT = Path(__file__).resolve().parent.parent.parent


def test_each_file_has_a_bar_and_so_has_the_total(terminal: Terminal, audio: Callable[..., Path]) -> None:
    for name in ("one.wav", "two.wav"):
        (terminal.folder / name).write_bytes(audio("wav").read_bytes())

    status, shown = terminal.watch("convert", "one.wav", "two.wav", "--to", "mp3")

    assert status == 0, shown
    assert [bool(re.search(rf"{name} +\S*━.*100%.*done", shown)) for name in ("one.wav", "two.wav")] == [
        True
    ] * 2
    assert re.search(r"all +.*100%.*2 of 2", shown)
    assert re.search(r"2 of 2 converted in [\d.]+ s\.\r\n", shown)


def test_ctrl_c_leaves_no_incomplete_file_and_cancels_running_tasks(
    terminal: Terminal, service: Sonube
) -> None:
    for name in ("one.wav", "two.wav"):
        write_long(terminal.folder / name)

    status, shown = terminal.watch(
        "convert",
        "one.wav",
        "two.wav",
        *SLOWLY,
        "--out",
        "out",
        "--parallel",
        "1",
        typed=[("convert", CTRL_C)],
    )

    assert (status, "Stopped: 0 of 2 converted." in shown, "Traceback" in shown) == (130, True, False), shown
    assert [task.state for task in service.tasks()] == ["CANCELLED"]
    assert sorted(path.name for path in terminal.folder.rglob("*.*")) == ["one.wav", "two.wav"]


def test_a_file_that_failed_does_not_look_done(terminal: Terminal, songs: list[str]) -> None:
    (terminal.folder / "bad.wav").write_text("not a song")

    status, shown = terminal.watch("convert", songs[0], "bad.wav", "--to", "mp3", NO_COLOR="1", COLUMNS="60")
    last = ANSI.sub("", shown).rpartition("bad.wav ━")[2]

    assert (status, "100%" in last.partition("failed")[0]) == (1, False), shown
    assert re.search(r"all +━+ +100% 2 of 2, 1 failed", last)
    assert not re.search(r"\x1b\[[0-9;]*m.*not_audio", shown)


def test_ctrl_c_still_prints_finished_results(terminal: Terminal, songs: list[str]) -> None:
    write_long(terminal.folder / "long.wav")
    wanted = ["convert", songs[0], "long.wav", *SLOWLY, "--parallel", "1"]

    status, shown = terminal.watch(*wanted, typed=[("1 of 2", CTRL_C)])

    assert (status, "a.m4a\r\nStopped: 1 of 2 converted." in shown) == (130, True), shown


def test_a_second_ctrl_c_stops_immediately(terminal: Terminal, songs: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:

        def called() -> bool:
            return bool(select.select([silent], [], [], 0)[0])

        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        session = json.loads(terminal.session.read_text()) | {"url": url}
        terminal.session.write_text(json.dumps(session))
        wanted = ["convert", songs[0], "--to", "opus"]
        pressed: list[float] = []

        def decided() -> bool:
            """Whether the user has waited for longer than one press may last."""
            pressed.append(time.monotonic())
            return pressed[-1] - pressed[0] > SAME_PRESS_S

        keys: list[tuple[Cue, str]] = [(called, CTRL_C), ("stopping", ""), (decided, CTRL_C)]
        status, shown = terminal.watch(*wanted, typed=keys)

    assert (status, "Stopped at once" in shown, "Traceback" in shown) == (130, True, False), shown


def test_sigterm_works_like_ctrl_c(terminal: Terminal, service: Sonube) -> None:
    write_long(terminal.folder / "long.wav")
    wanted = [*COMMAND, "convert", "long.wav", *SLOWLY]

    with (
        default_signals(),
        subprocess.Popen(wanted, cwd=terminal.folder, env=terminal.environment) as running,
    ):
        wait_until(lambda: any(task.state == "CONVERTING" for task in service.tasks()), child=running)
        running.terminate()
        status = running.wait(HANG_S)

    assert (status, [task.state for task in service.tasks()]) == (130, ["CANCELLED"])


def test_ids_are_complete_on_a_narrow_terminal(terminal: Terminal, service: Sonube) -> None:
    long = terminal.folder / f"{'a very long name, ' * 10}.wav"
    long.write_bytes(b"RIFF")
    task = service.create(long, "mp3")

    assert task.id in terminal.watch("tasks", COLUMNS="60")[1]


def test_a_narrow_terminal_shows_all_of_a_task(terminal: Terminal, service: Sonube, songs: list[str]) -> None:
    task = service.create(terminal.folder / songs[0], "mp3")

    lines = [line.strip() for line in terminal.watch("tasks", COLUMNS="40")[1].splitlines()]

    assert lines[:3] == [task.id, "a.wav", "mp3, WAITING"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", lines[3])


@pytest.mark.parametrize("columns", [pytest.param(80, marks=pytest.mark.wide), 40])
@pytest.mark.parametrize(
    "command",
    ["", "convert", *(pytest.param(c, marks=pytest.mark.wide) for c in ("get", "rm", "tasks", "login"))],
)
def test_help_fits_into_the_terminal(terminal: Terminal, columns: int, command: str) -> None:
    wanted = [command, "--help"] if command else ["--help"]

    status, shown = terminal.watch(*wanted, COLUMNS=str(columns))
    lines = shown.splitlines()

    assert status == 0
    assert max(len(line.rstrip()) for line in lines) <= columns, shown
    assert not any(line.endswith("...") and "Usage" not in shown[:20] for line in lines)


def test_a_refused_run_leaves_no_bars_on_the_terminal(terminal: Terminal, songs: list[str]) -> None:
    status, shown = terminal.watch("convert", *songs, "--to", "mp4")

    assert (status, shown.count("is not an output format")) == (2, 1), shown
    # The lines of the bars are erased before the error.
    assert shown.rpartition("Error:")[0].rpartition("waiting")[2].count("\x1b[2K") >= 4


def test_get_shows_progress(terminal: Terminal, service: Sonube, songs: list[str]) -> None:
    terminal.run("convert", songs[0], "--to", "mp3")
    task = next(service.tasks())

    status, shown = terminal.watch("get", task.id, "no-such-task")

    assert (status, bool(re.search(rf"{task.id} .*100%.* done", shown))) == (1, True), shown
    assert shown.endswith("a (2).mp3\r\n\x1b[31mno-such-task: There is no such task. [not_found]\x1b[0m\r\n")


@pytest.mark.wide
def test_pip_installs_the_command(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(tmp_path), str(ROOT)]
    subprocess.run(pip, check=True, capture_output=True, timeout=HANG_S)

    said = subprocess.run(
        [sys.executable, str(tmp_path / "bin" / "sonube"), "--version"],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=True,
    )

    assert (tmp_path / "sonube" / "py.typed").is_file()
    assert re.fullmatch(r"sonube, version \d+\.\d+\.\d+\n", said.stdout)
