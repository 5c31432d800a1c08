"""A local Sonube, the demo and the tests leave no process and no file outside the clone, however they end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from localcloud.run.processes import PROC, started_with_tmpdir
from tests.sampling import chosen
from tests.signals import default_signals
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
SIGINT, SIGTERM, SIGHUP, SIGKILL = signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL
LOCALCLOUD = [
    sys.executable,
    "-m",
    "localcloud",
    *["--api-port", "0", "--sweep-s", "0", "--idle-s", "0", "--data"],
]
# As the Makefile starts localcloud, without the staging that would disturb other tests.
MAKE = ["make", "-s", "-o", "setup", "-o", "stage", "run", f"BIN={Path(sys.executable).parent}"]
# Without the plugins, whose imports take most of the time of a run of one test.
PYTEST = ["env", "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1", sys.executable, "-m", "pytest", "-p", "tests.conftest"]
PYTEST += ["-p", "no:cacheprovider"]


@dataclass
class Program:
    """A program with a temporary folder and a home of its own, for its files and processes to be found by."""

    folder: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self, argv: list[str]) -> Program:
        places = {"TMPDIR": self.folder / "tmp", "HOME": self.folder / "home"}
        for place in places.values():
            place.mkdir()
        environment = os.environ | {name: str(place) for name, place in places.items()}
        environment.pop("SONUBE_PARENT", None)
        with default_signals(), (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                argv, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        return self

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def commands(self) -> list[str]:
        return [command_of(pid) for pid in started_with_tmpdir(str(self.folder / "tmp"))]

    def files(self) -> list[str]:
        return sorted(path.name for place in ("tmp", "home") for path in (self.folder / place).iterdir())

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def wait(self, condition: Callable[[], object]) -> None:
        wait_until(lambda: bool(condition()) or self.has_ended(), self.log)
        assert not self.has_ended(), self.log()

    def send(self, *numbers: signal.Signals) -> None:
        for number in numbers:
            self.process.send_signal(number)

    def end(self) -> int:
        return self.process.wait(HANG_S)


def command_of(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """Ended by force if its test fails."""
    program = Program(tmp_path)
    yield program
    if not program.has_ended():
        program.process.kill()
        program.process.wait(HANG_S)


def drop_a_song(program: Program, song: Path) -> None:
    """Bring the localcloud to start an instance of convert."""
    lines = (program.data / "env").read_text().replace("export ", "").splitlines()
    environment = dict(line.split("=", 1) for line in lines)
    url = f"{environment['STORAGE_EMULATOR_HOST']}/upload/storage/v1/b/{environment['BUCKET']}/o"
    named = {"uploadType": "media", "name": "drop/mp3/song.wav"}
    requests.post(url, params=named, data=song.read_bytes(), timeout=HANG_S).raise_for_status()


def functions_are_starting(program: Program) -> bool:
    return any("functions-framework" in command for command in program.commands())


def convert_is_starting(program: Program) -> bool:
    return any("--target convert" in command for command in program.commands())


def convert_is_at_work(program: Program) -> bool:
    return '"claimed"' in program.log()


def convert_is_stopping(program: Program) -> bool:
    return '"enqueued"' in program.log()  # and without work an instance of this localcloud stops at once


@pytest.mark.parametrize(
    ("moment", "signals"),
    [
        (functions_are_starting, [SIGTERM]),
        pytest.param(convert_is_starting, [SIGHUP], marks=pytest.mark.wide),
        (convert_is_at_work, [SIGINT, SIGINT]),
        pytest.param(convert_is_stopping, [SIGTERM, SIGTERM], marks=pytest.mark.wide),
    ],
)
def test_a_localcloud_that_ends_leaves_nothing(
    program: Program,
    audio: Callable[..., Path],
    moment: Callable[[Program], bool],
    signals: list[signal.Signals],
) -> None:
    program.start([*LOCALCLOUD, str(program.data)])
    if moment is not functions_are_starting:
        program.wait((program.data / "env").exists)
        drop_a_song(program, audio("wav"))
    program.wait(lambda: moment(program))

    program.send(*signals)

    assert (program.end(), "Traceback" in program.log()) == (0, False), program.log()
    assert (program.commands(), program.files()) == ([], [])


def test_a_localcloud_that_is_killed_leaves_nothing(program: Program, audio: Callable[..., Path]) -> None:
    program.start([*LOCALCLOUD, str(program.data)])
    program.wait((program.data / "env").exists)
    drop_a_song(program, audio("wav"))
    program.wait(lambda: convert_is_at_work(program))

    program.send(SIGKILL)
    program.end()

    wait_until(lambda: not program.commands() and not program.files(), program.commands)


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_a_localcloud_ends_when_make_is_killed(program: Program) -> None:
    program.start([*MAKE, f"ARGS=--apis-only --api-port 0 --data {program.data}"])
    program.wait((program.data / "env").exists)

    program.send(SIGKILL)
    program.end()

    wait_until(lambda: not program.commands(), program.commands)
    assert (program.data / "env").exists() is False


def test_a_localcloud_whose_terminal_is_closed_continues_under_nohup(program: Program) -> None:
    program.start(["nohup", *LOCALCLOUD, str(program.data), "--apis-only"])
    program.wait((program.data / "env").exists)

    program.send(SIGHUP, SIGTERM)

    assert program.end() == 0
    assert (program.commands(), program.files()) == ([], [])


@pytest.mark.parametrize(
    "signals", chosen([[SIGTERM], [SIGHUP], [SIGINT, SIGINT], [SIGKILL]], [[SIGHUP], [SIGKILL]])
)
def test_a_demo_that_is_ended_while_it_starts_leaves_nothing(
    program: Program, signals: list[signal.Signals]
) -> None:
    program.start([sys.executable, "-m", "tools.demo"])
    program.wait(lambda: any("-m localcloud" in command for command in program.commands()))

    program.send(*signals)

    assert program.end() == (-SIGKILL if signals == [SIGKILL] else 130)
    wait_until(lambda: not program.commands() and not program.files(), program.commands)


TESTS = """
import os, subprocess, sys, tempfile
from pathlib import Path

def test_that_passes(tmp_path):
    Path(tempfile.mkdtemp(), "file").touch()
    (tmp_path / "file").touch()

def test_that_fails(tmp_path):
    (tmp_path / "file").touch()
    assert False

def test_that_leaves_a_process():
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True)

def test_that_hangs():
    subprocess.run([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True)
"""


def run_of(folder: Path, test: str, *options: str) -> list[str]:
    """The command that runs one of these tests as if they were the project's."""
    (folder / "test_these.py").write_text(TESTS)
    return [*PYTEST, "--rootdir", str(folder), f"{folder}/test_these.py::{test}", *options]


def test_tests_that_pass_leave_nothing(program: Program) -> None:
    program.start(run_of(program.folder, "test_that_passes", "-p", "xdist", "-n", "1"))

    assert program.end() == 0, program.log()
    assert (program.commands(), program.files()) == ([], [])


def test_folders_of_failed_tests_stay_until_the_next_run(program: Program, tmp_path: Path) -> None:
    program.start(run_of(program.folder, "test_that_fails"))
    status = program.end()
    kept = list((tmp_path / "build" / "failed-tests").glob("pytest-of-*/pytest-0/test_that_fails0/file"))
    argv = [*PYTEST, "--rootdir", str(tmp_path), f"{tmp_path}/test_these.py::test_that_passes"]
    subprocess.run(argv, cwd=ROOT, capture_output=True, timeout=HANG_S, check=True)

    assert (status, len(kept)) == (1, 1), program.log()
    assert (program.commands(), program.files()) == ([], [])


def test_tests_that_leave_a_process_fail(program: Program) -> None:
    program.start(run_of(program.folder, "test_that_leaves_a_process", "-o", "ending_timeout_s=0"))

    assert program.end() == 1
    assert "The tests left a process running" in program.log()
    assert program.commands() == []


@pytest.mark.parametrize("number", chosen([SIGINT, SIGTERM, SIGHUP, SIGKILL], [SIGINT, SIGKILL]))
def test_tests_that_are_ended_leave_nothing(program: Program, number: signal.Signals) -> None:
    program.start(run_of(program.folder, "test_that_hangs"))
    program.wait(lambda: any("time.sleep" in command for command in program.commands()))

    program.send(number)

    assert program.end() == (-SIGKILL if number is SIGKILL else 2), program.log()
    wait_until(lambda: not program.commands() and not program.files(), program.commands)
