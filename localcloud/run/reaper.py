"""A small process that outlives its owner only to kill what the owner has started.

PR_SET_PDEATHSIG would end an instance's first process only, not its workers nor a running ffmpeg in a
session of its own; and it needs code between fork and exec. This one waits on a pipe whose other end the
kernel closes, however the owner ends. It reads a command a line: `+PID`, `-PID`, or `keep`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).resolve()
CLOSE_S = 60.0
# Between SIGKILL and the end of a process that the kernel holds up, as on a slow disk.
GONE_S = 10.0


class Reaper:
    """The end of the pipe that the owner holds, and a temporary folder.

    At `close`, or when the owner dies, everything is killed that was started with `folder`, or a folder in
    it, as TMPDIR, and every family that is watched; then the folder is removed. On Linux, the variable says
    what belongs to the owner even if that dies right after a fork; other systems rely on `watch`.

    Args:
        prefix: of the folder's name.

    Attributes:
        folder: new, and readable by its owner only.
    """

    def __init__(self, prefix: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=prefix))
        # -I and -S: no site-packages, a fifth of the start-up.
        argv = [sys.executable, "-I", "-S", str(HERE), str(self.folder)]
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, start_new_session=True)

    def watch(self, leader: int) -> None:
        """Kill this family should the owner die first."""
        self._send(f"+{leader}")

    def forget(self, leader: int) -> None:
        """This family has ended."""
        self._send(f"-{leader}")

    def keep_folder(self) -> None:
        """Kill what is left, but do not remove the folder."""
        self._send("keep")

    def close(self) -> None:
        """Kill what is left, remove the folder, end the reaper."""
        # One that takes longer finishes by itself.
        with suppress(subprocess.TimeoutExpired):
            self._process.communicate(timeout=CLOSE_S)

    def _send(self, line: str) -> None:
        if self._process.stdin is None or self._process.stdin.closed:
            return
        with suppress(BrokenPipeError):  # the reaper was killed
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()


def main(folder: str) -> None:
    """Read until the pipe ends, then kill what is left and remove the folder."""
    # A signal to all processes of a terminal or a service must not end the one that cleans up.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.path.insert(0, str(HERE.parent))
    import processes  # type: ignore[import-not-found]  # noqa: PLC0415  # no package here: see Reaper

    watched: set[int] = set()
    keep = False
    for line in sys.stdin:
        if line.startswith("keep"):
            keep = True
        else:
            (watched.add if line[0] == "+" else watched.discard)(int(line[1:]))
    for leader in watched:
        processes.kill_family(leader)
    killed = processes.kill_all(lambda: processes.started_with_tmpdir(folder))
    processes.wait_until_gone(killed, GONE_S)
    if not keep:
        _remove(folder)


def _remove(folder: str) -> None:
    import shutil  # noqa: PLC0415  # a third of the start-up

    # What is in a folder without write permission can be removed once it has it.
    for parent, folders, _ in os.walk(folder):
        for name in folders:
            with suppress(OSError):
                Path(parent, name).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
