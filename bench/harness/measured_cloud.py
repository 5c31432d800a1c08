"""A localcloud to measure on: what its functions use of the processor, and what they log of each step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sonube import Sonube
from sonube.sessions import log_in
from tools.ffmpeg import ROOT, ffmpeg_dir
from tools.throwaway import ThrowawayCloud

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sonube import Task

_TICKS = os.sysconf("SC_CLK_TCK")
_LOOK_S = 0.02


class MeasuredCloud(ThrowawayCloud):
    """A throw-away localcloud with one user, and a view of what happens in it.

    localcloud takes the place of Google, so its own CPU time does not count. That of the functions does.
    """

    service: Sonube
    token = ""
    _read = 0

    def __init__(self, folder: Path, *options: str, **settings: str) -> None:
        # What is measured is the work, not how much of it one user may ask for.
        unlimited = {"OPEN_TASKS_MAX": "1000000", "UPLOADS_PER_MINUTE": "1000000"}
        super().__init__(folder, *options, **unlimited, **settings)

    def start(self) -> None:
        """As any localcloud, and sign a user up."""
        super().start()
        self.token = log_in(self.url, "bench@example.com", "correct horse", sign_up=True).id_token
        self.service = Sonube(self.url, self.token)

    def functions_cpu_s(self) -> float:
        """User and system time that the functions' processes, and those they ended, have used so far."""
        if self.process is None:
            return 0.0
        return sum(_cpu_s(pid) for child in _children(self.process.pid) for pid in _family(child))

    def own_cpu_s(self) -> float:
        """What localcloud itself has used so far, the functions left out."""
        return _cpu_s(self.process.pid) if self.process else 0.0

    def lines(self) -> Iterator[dict[str, Any]]:
        """What the functions have logged since the last time that this was asked."""
        with self.log.open("rb") as log:
            log.seek(self._read)
            whole = log.read().rpartition(b"\n")[0]
        self._read += len(whole)
        for line in whole.splitlines():
            if line.startswith(b"{"):
                yield json.loads(line)

    def until_settled(self, tasks: Sequence[Task], timeout_s: float) -> list[dict[str, Any]]:
        """Wait, by reading the log alone, until notify has ended all these tasks.

        Raises:
            TimeoutError: it has not in time.
            RuntimeError: one of them failed.
        """
        waited_for, seen = {task.id for task in tasks}, []
        deadline = time.monotonic() + timeout_s
        while waited_for:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(waited_for)} tasks are not done after {timeout_s} s.")
            for line in self.lines():
                seen.append(line)
                if line.get("step") == "settled":
                    waited_for.discard(line["taskId"])
                    if line["state"] != "PROCESSED":
                        raise RuntimeError(f"A task ended otherwise: {line}")
            time.sleep(_LOOK_S)
        return seen


def converts_ffmpeg() -> str:
    """The ffmpeg that the staged convert finds by itself on this machine."""
    bundle = ROOT / "build" / "convert"
    # As functions-framework loads it: the bundle is a package, and `shared` is beside its modules.
    program = f"from convert.ffmpeg.binaries import find_tools; print(find_tools({ffmpeg_dir()!r}).ffmpeg)"
    argv, environment = [sys.executable, "-c", program], {**os.environ, "PYTHONPATH": str(bundle)}
    return subprocess.run(
        argv, cwd=bundle.parent, env=environment, capture_output=True, text=True, timeout=300, check=True
    ).stdout.strip()


def _cpu_s(pid: int) -> float:
    """utime, stime, cutime and cstime of proc(5)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11:15]) / _TICKS


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in _listed(task)]
    except OSError:
        return []


def _listed(task: Path) -> list[str]:
    return (task / "children").read_text().split()


def _family(pid: int) -> list[int]:
    return [pid, *(one for child in _children(pid) for one in _family(child))]
