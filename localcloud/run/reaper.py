"""A small process that outlives localcloud's sudden death just long enough to end the instances.

PR_SET_PDEATHSIG would end an instance's first process only, not its workers nor a running ffmpeg in a
session of its own; and it needs code between fork and exec. This one waits on a pipe whose other end the
kernel closes, however localcloud ends. It reads `+PID` and `-PID`, a line each.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve()
CLOSE_S = 5.0


class Reaper:
    """The end of the pipe that localcloud holds; one serves all services."""

    def __init__(self) -> None:
        # -I and -S: no site-packages, a fifth of the start-up.
        argv = [sys.executable, "-I", "-S", str(HERE)]
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, start_new_session=True)

    def watch(self, leader: int) -> None:
        """End this family should localcloud end first."""
        self._tell(f"+{leader}")

    def forget(self, leader: int) -> None:
        """This family has ended."""
        self._tell(f"-{leader}")

    def close(self) -> None:
        """End what is still watched, and the reaper."""
        self._process.communicate(timeout=CLOSE_S)

    def _tell(self, line: str) -> None:
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()


def main() -> None:
    """Read until the pipe ends, then end what is left."""
    sys.path.insert(0, str(HERE.parent))
    from processes import kill_family  # type: ignore[import-not-found]  # noqa: PLC0415  # no package here: see Reaper

    watched: set[int] = set()
    for line in sys.stdin:
        (watched.add if line[0] == "+" else watched.discard)(int(line[1:]))
    for leader in watched:
        kill_family(leader)


if __name__ == "__main__":
    main()
