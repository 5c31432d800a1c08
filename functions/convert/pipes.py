"""Pipes to and from ffmpeg: as long as the kernel lets them be, and left alone until it is worth coming."""

from __future__ import annotations

import contextlib
import fcntl

PIPE_BYTES = 1 << 20
# Waking up for every little that ffmpeg reads or writes costs more than what is done with it.
_SHORTEST_S, _LONGEST_S = 0.0005, 0.02


def lengthen(pipe: int) -> None:
    """Let it hold `PIPE_BYTES`; a user may have reached the limit of all their pipes, then it stays short."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


class Pace:
    """How long to leave a pipe alone so that ffmpeg fills, or empties, half of it meanwhile."""

    def __init__(self, pipe: int) -> None:
        self._half_bytes = fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ) / 2
        self._pause_s = _SHORTEST_S

    def pause_s(self, moved_bytes: int) -> float:
        """The next pause, by how much had come up since the last one."""
        wanted_s = self._pause_s * self._half_bytes / max(moved_bytes, 1)
        self._pause_s = min(max(wanted_s, _SHORTEST_S), _LONGEST_S)
        return self._pause_s
