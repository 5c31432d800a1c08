"""Finds and kills all processes that a process has started, also those in other sessions.

The reaper uses it too, which is a bare interpreter: only the standard library here.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PROC = Path("/proc")
# Enough to catch up with forks, few enough to end with a process that forks for ever.
ROUNDS = 10
POLL_S = 0.01


def family(leader: int) -> frozenset[int]:
    """Return the living processes of the session that `leader` founded, and all descendants of those.

    The leader may have died: the others are still in its session. Without /proc it is the leader alone.
    """
    known = {pid: (parent, session) for pid, parent, session in _processes()}
    found = {pid for pid, (_, session) in known.items() if session == leader}
    while more := {pid for pid, (parent, _) in known.items() if parent in found} - found:
        found |= more
    return frozenset(found) if known else frozenset((leader,))


def started_with_tmpdir(folder: str) -> frozenset[int]:
    """Return the living processes that were started with `folder`, or a folder in it, as TMPDIR.

    Neither a new session nor the death of its parent changes the environment that a process was started with.
    Without /proc, there is none.
    """
    variable = f"TMPDIR={folder}".encode()
    found = set()
    for pid, _, _ in _processes():
        with suppress(OSError):
            environment = (PROC / str(pid) / "environ").read_bytes()
            if any(each.startswith((variable + b"\0", variable + b"/")) for each in _variables(environment)):
                found.add(pid)
    return frozenset(found - {os.getpid()})


def kill_family(leader: int, also: frozenset[int] = frozenset()) -> frozenset[int]:
    """SIGKILL to the family of `leader`, and to those named `also`; return all of them."""
    found = kill_all(lambda: family(leader), also)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    return found


def kill_all(find: Callable[[], frozenset[int]], also: frozenset[int] = frozenset()) -> frozenset[int]:
    """SIGKILL to all that `find` finds, and to those named `also`; return all of them.

    All are stopped before any is killed: the children of a killed process get another parent, and one that
    runs may fork between being listed and being killed.
    """
    found = also
    for _ in range(ROUNDS):
        new = find() - found
        _signal(new, signal.SIGSTOP)
        found |= new
        if not new:
            break
    _signal(found, signal.SIGKILL)
    return found


def wait_until_gone(pids: frozenset[int], timeout_s: float) -> None:
    """Return once none of these processes lives: a signal takes effect a moment after it was sent."""
    deadline = time.monotonic() + timeout_s
    while not _are_gone(pids) and time.monotonic() < deadline:
        time.sleep(POLL_S)


def _are_gone(pids: frozenset[int]) -> bool:
    """Return whether none of these processes lives; a zombie has ended."""
    living = {pid for pid, _, _ in _processes()}
    return not living & pids


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _variables(environment: bytes) -> list[bytes]:
    return [each + b"\0" for each in environment.split(b"\0")]


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
