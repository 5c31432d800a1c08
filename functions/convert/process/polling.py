"""Polling of pipes and files at an interval that adapts to how much moves: each wake-up costs CPU."""

from __future__ import annotations

import contextlib
import fcntl
from dataclasses import dataclass, field

PIPE_BYTES = 1 << 20
_SHORTEST_S, _LONGEST_S = 0.0005, 0.02


@dataclass(slots=True)
class AdaptiveInterval:
    """Finds the interval in which `target_bytes` move, from how many bytes moved in the last one.

    Attributes:
        shortest_s, longest_s: bounds of the interval; the first one is the shortest.
    """

    target_bytes: float
    shortest_s: float
    longest_s: float
    _interval_s: float = field(init=False)

    def __post_init__(self) -> None:
        self._interval_s = self.shortest_s

    def next_s(self, moved_bytes: int) -> float:
        """Return the next interval, given the bytes that moved during the last one."""
        ideal_s = self._interval_s * self.target_bytes / max(moved_bytes, 1)
        self._interval_s = min(max(ideal_s, self.shortest_s), self.longest_s)
        return self._interval_s


def enlarge_pipe(pipe: int) -> None:
    """Raise a pipe's capacity to `PIPE_BYTES`; it stays as it is where the user's pipe quota is used up."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def pipe_interval(pipe: int) -> AdaptiveInterval:
    """Return an interval in which the other end fills, or empties, half of the pipe."""
    return AdaptiveInterval(fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ) / 2, _SHORTEST_S, _LONGEST_S)
