"""Ends whole families of processes: an instance, its workers, and what those started in other sessions.

Used by the reaper too, which is a bare interpreter: nothing but the standard library here.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PROC = Path("/proc")
# Enough to catch up with forks, few enough to end with a process that forks for ever.
ROUNDS = 10


def family(leader: int) -> frozenset[int]:
    """Everything alive in the session that `leader` founded, and all descendants of those.

    The leader may have died: the others are still in its session. Without /proc it is the leader alone.
    """
    known = {pid: (parent, session) for pid, parent, session in _processes()}
    found = {pid for pid, (_, session) in known.items() if session == leader}
    while more := {pid for pid, (parent, _) in known.items() if parent in found} - found:
        found |= more
    return frozenset(found) if known else frozenset((leader,))


def kill_family(leader: int, also: frozenset[int] = frozenset()) -> None:
    """SIGKILL to the family of `leader`, and to those named `also`.

    All are stopped before any is killed: the children of a killed process belong to nobody, and one that
    runs may fork between being listed and being killed.
    """
    found = set(also)
    for _ in range(ROUNDS):
        new = family(leader) - found
        _signal(new, signal.SIGSTOP)
        found |= new
        if not new:
            break
    _signal(found, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


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
