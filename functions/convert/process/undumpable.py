"""Hides this process's memory and environment from other processes of the same user, such as ffmpeg."""

from __future__ import annotations

import ctypes

_PR_SET_DUMPABLE = 4


def make_undumpable() -> bool:
    """Close `/proc/PID/environ`, `mem` and `fd` to others, and ptrace; return whether the system can do so.

    Only a process with CAP_SYS_PTRACE, like root's debugger, can still look, and there is no core dump.
    Children inherit it until they execute another program.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None)  # Linux only
    return prctl is not None and prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
