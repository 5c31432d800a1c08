"""Ends whole families of processes: an instance, its workers, and what those started in other sessions.

Used by the reaper too, which is a bare interpreter: nothing but the standard library here.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
# A process can fork between being listed and being killed; its children are found in the next round.
ROUNDS = 5


def family(leader: int) -> set[int]:
    """Everything alive in the session that `leader` founded, and all descendants of those.

    The leader may have died: the others are still in its session. Without /proc it is the leader alone.
    """
    known = {pid: (parent, session) for pid, parent, session in _processes()}
    found = {pid for pid, (_, session) in known.items() if session == leader}
    while more := {pid for pid, (parent, _) in known.items() if parent in found} - found:
        found |= more
    return found if known else {leader}


def kill_family(leader: int, also: set[int] | None = None) -> None:
    """SIGKILL to the process group of `leader`, to its family, and to those named `also`."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for _ in range(ROUNDS):
        alive = family(leader) | (also or set())
        also = None
        for pid in alive:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not alive:
            return


def _processes() -> list[tuple[int, int, int]]:
    """(pid, parent, session) of every process that is not a zombie."""
    listed = []
    for entry in PROC.glob("[0-9]*"):
        with suppress(OSError):
            # The name, in parentheses, may hold anything; the fixed fields follow its end (proc_pid_stat(5)).
            state, parent, _, session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            if state != "Z":
                listed.append((int(entry.name), int(parent), int(session)))
    return listed
