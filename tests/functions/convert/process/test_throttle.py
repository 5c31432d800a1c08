"""A child waits while the brake is pressed, and ends as ever when nobody lets it go."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from functions.convert.process.runner import Limits, run
from functions.convert.process.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITS = Limits(wall_s=60, cpu_s=60, file_bytes=1 << 20)
# Starts no other program: stopped in the middle of that, a shell would not be seen as stopped.
SCRIPT = "echo $$ > pid; while ! [ -e go ]; do :; done; echo done"


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_stopped(folder: Path) -> bool:
    return state(folder) == "T"


def state(folder: Path) -> str:
    pid = (folder / "pid").read_text().strip()
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] if pid else ""


def test_a_child_waits_and_goes_on(tmp_path: Path) -> None:
    brake, codes = Throttle(), []
    argv = ["/bin/sh", "-c", SCRIPT]
    thread = threading.Thread(
        target=lambda: codes.append(run(argv, tmp_path, LIMITS, brake=brake).output), daemon=True
    )
    thread.start()
    wait_for(lambda: (tmp_path / "pid").exists() and state(tmp_path) != "")
    brake.press(pressed=True)
    wait_for(lambda: is_stopped(tmp_path))
    (tmp_path / "go").touch()
    waited = not codes
    brake.press(pressed=False)
    thread.join(60)

    assert waited
    assert codes == [b"done\n"]


def test_a_child_that_begins_with_the_brake_pressed_ends_at_its_deadline(tmp_path: Path) -> None:
    brake = Throttle()
    brake.press(pressed=True)
    finished = run(["/bin/sh", "-c", SCRIPT], tmp_path, Limits(0.5, 60, 1 << 20), brake=brake)

    assert finished.timed_out
    assert finished.output == b""
