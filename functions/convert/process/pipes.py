"""Pipes to and from ffmpeg: as long as the kernel lets them be, and left alone until it is worth coming."""

from __future__ import annotations

import contextlib
import fcntl

from .polling import Pace

PIPE_BYTES = 1 << 20
_SHORTEST_S, _LONGEST_S = 0.0005, 0.02


def lengthen(pipe: int) -> None:
    """Let it hold `PIPE_BYTES`; a user may have reached the limit of all their pipes, then it stays short."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def pace_of(pipe: int) -> Pace:
    """So that ffmpeg fills, or empties, half of it meanwhile."""
    return Pace(fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ) / 2, _SHORTEST_S, _LONGEST_S)
