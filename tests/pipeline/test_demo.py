"""`make demo`: its steps, its exit status, and that nothing of it stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sampling import chosen
from tests.signals import default_signals
from tests.sounds import write_long
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent.parent


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "tools.demo", *arguments]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=HANG_S, check=False)


def descendants(pid: int) -> set[int]:
    """Every process below `pid`, from /proc."""
    children: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), set()).add(int(stat.parent.name))
    found, waiting = set[int](), {pid}
    while waiting:
        waiting = {child for parent in waiting for child in children.get(parent, ())} - found
        found |= waiting
    return found


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def test_without_a_file_it_makes_one_and_succeeds() -> None:
    done = demo()

    assert done.returncode == 0, done.stderr
    steps = [line.split()[2] for line in done.stdout.splitlines()]
    assert steps[:4] == ["ready", "sign", "create", "upload"]
    assert steps[-3:] == ["download", "verify", "done"]


def test_a_bad_file_ends_with_status_1_and_its_code(tmp_path: Path, audio: Callable[..., Path]) -> None:
    file, whole = tmp_path / "x.mp3", audio("wav").read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    done = demo("--file", str(file), "--to", "wav")

    assert (done.returncode, "FAILED truncated" in done.stderr) == (1, True)


@pytest.mark.parametrize("number", chosen([signal.SIGINT, signal.SIGTERM], [signal.SIGINT]))
def test_interrupted_it_leaves_no_process_behind(number: signal.Signals, tmp_path: Path) -> None:
    file = write_long(tmp_path / "long.wav")
    argv = [sys.executable, "-u", "-m", "tools.demo", "--file", str(file), "--to", "opus"]
    with (
        default_signals(),
        subprocess.Popen(
            argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stdout
        process.stdout.readline()  # ready: everything runs now
        started = descendants(process.pid)
        os.kill(process.pid, number)
        process.communicate(timeout=HANG_S)

    assert started
    assert process.returncode == 130
    wait_until(lambda: not alive(started), lambda: alive(started))
