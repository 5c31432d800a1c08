"""Runs one command and says what it and its children cost: CPU, elapsed time, memory, temporary files."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DEADLINE_S = 600.0
_SAMPLE_S = 0.01
# What each process had at most so far, and what it has now.
PEAK, NOW = "VmHWM", "VmRSS"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took.

    Attributes:
        cpu_s: user and system time of the process and of the children it waited for.
        wall_s: elapsed time.
        peak_bytes: resident memory of the whole process tree at its largest, sampled every 10 ms.
        temporary_bytes: of files in the folder for temporary ones at their largest, sampled as often.
    """

    cpu_s: float
    wall_s: float
    peak_bytes: int
    temporary_bytes: int


def tree_bytes(pid: int, field: str = PEAK) -> int:
    """Resident memory of a process and its living descendants by that field of proc(5); 0 once gone.

    A child that has not executed its program yet still has its parent's memory, which counts once.
    """
    try:
        image = _image(pid)
        status = Path(f"/proc/{pid}/status").read_text()
        threads = Path(f"/proc/{pid}/task").iterdir()
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    own = re.search(rf"{field}:\s+(\d+) kB", status)
    begun = [child for child in children if _image(child) != image]
    return (int(own[1]) * 1024 if own else 0) + sum(tree_bytes(child, field) for child in begun)


def _image(pid: int) -> tuple[bytes, str]:
    """Return the command line, and the size of the address space in pages; empty once gone."""
    process = Path(f"/proc/{pid}")
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return (process / "cmdline").read_bytes(), (process / "statm").read_text().split()[0]
    return b"", ""


def folder_bytes(folder: Path) -> int:
    """What the files in a folder take up on the disk; holes take nothing."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # it may be gone by now
            total += path.lstat().st_blocks * 512
    return total


class _Watch(threading.Thread):
    """Samples a process tree's memory and files until `stop`, and kills it at the deadline.

    `ru_maxrss` would not do: it counts the parent's memory at the fork.
    """

    def __init__(self, pid: int, folder: Path, deadline_s: float) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = self.temporary_bytes = 0
        self._folder = folder
        self._pid, self._until = pid, time.monotonic() + deadline_s
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(_SAMPLE_S):
            self.peak_bytes = max(self.peak_bytes, tree_bytes(self._pid))
            self.temporary_bytes = max(self.temporary_bytes, folder_bytes(self._folder))
            if time.monotonic() > self._until:
                os.killpg(self._pid, signal.SIGKILL)
                return

    def stop(self) -> None:
        """Ends the sampling."""
        self._done.set()
        self.join()


def measure(argv: Sequence[str], deadline_s: float = DEADLINE_S) -> Cost:
    """Runs a command to its end.

    A command that prints `[cpu_s, wall_s]` as JSON has timed itself, its start-up left out, and is believed.

    Raises:
        subprocess.CalledProcessError: it failed, or was killed at the deadline.
    """
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryDirectory(prefix="sonube-bench-") as folder:
        own = {**os.environ, "TMPDIR": folder}
        began = time.perf_counter()
        process = subprocess.Popen(
            argv, env=own, stdin=subprocess.DEVNULL, stdout=printed, start_new_session=True
        )
        watch = _Watch(process.pid, Path(folder), deadline_s)
        watch.start()
        # wait() would not tell what this child used, only what all children did.
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began
        watch.stop()
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        said = printed.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, argv)
    cpu_s = usage.ru_utime + usage.ru_stime
    if said.startswith(b"["):
        cpu_s, wall_s = json.loads(said)
    return Cost(cpu_s, wall_s, watch.peak_bytes, watch.temporary_bytes)
