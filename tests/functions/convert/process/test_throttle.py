"""A throttled child waits until it is resumed, or until its deadline."""

from __future__ import annotations

import threading
from pathlib import Path

from functions.convert.process.limits import Limits
from functions.convert.process.runner import run
from functions.convert.process.throttle import Throttle
from tests.waiting import HANG_S, wait_until

LIMITS = Limits(wall_s=HANG_S, cpu_s=HANG_S, file_bytes=1 << 20)
# Starts no other program: a shell that is stopped while it forks is not reported as stopped.
SCRIPT = "echo $$ > pid; while ! [ -e go ]; do :; done; echo done"


def is_stopped(folder: Path) -> bool:
    return state(folder) == "T"


def state(folder: Path) -> str:
    pid = (folder / "pid").read_text().strip()
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] if pid else ""


def test_a_paused_child_waits_until_it_is_resumed(tmp_path: Path) -> None:
    throttle, outputs = Throttle(), []
    argv = ["/bin/sh", "-c", SCRIPT]
    thread = threading.Thread(
        target=lambda: outputs.append(run(argv, tmp_path, LIMITS, throttle=throttle).output), daemon=True
    )
    thread.start()
    wait_until(lambda: (tmp_path / "pid").exists() and state(tmp_path) != "")
    throttle.pause()
    wait_until(lambda: is_stopped(tmp_path))
    (tmp_path / "go").touch()
    waited = not outputs
    throttle.resume()
    thread.join(HANG_S)

    assert waited
    assert outputs == [b"done\n"]


def test_a_child_started_under_a_paused_throttle_ends_at_its_deadline(tmp_path: Path) -> None:
    throttle = Throttle()
    throttle.pause()
    finished = run(["/bin/sh", "-c", SCRIPT], tmp_path, Limits(0.5, 60, 1 << 20), throttle=throttle)

    assert finished.timed_out
    assert finished.output == b""
