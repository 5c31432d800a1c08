"""Runs `sonube` as a user does: in a folder, with a session, and optionally on a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "-m", "sonube"]
# No user types in the instant that a prompt appears; Python's line editing can miss a signal then.
REACTION_S = 0.2
CTRL_C = "\x03"


def write_noise(target: Path, seconds: int) -> Path:
    """Write a stereo WAV that is large and slow to encode: 176 KB per second."""
    source = f"anoisesrc=duration={seconds}:sample_rate=44100:seed=1"
    argv = [
        program("ffmpeg"),
        "-nostdin",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        source,
        "-ac",
        "2",
        str(target),
    ]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return target


@dataclass(frozen=True)
class Terminal:
    """A user's shell: a working folder and a session file."""

    folder: Path
    session: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "client"),
            "SONUBE_SESSION": str(self.session),
            "HOME": str(self.session.parent),
            "TERM": "xterm-256color",
            "COLUMNS": "110",
            "LINES": "30",
        }

    def run(self, *arguments: str, given: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
        """Run without a terminal, as a script does; `given` is standard input."""
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment | extra,
            input=given,
            capture_output=True,
            text=True,
            timeout=HANG_S,
            check=False,
        )

    def watch(self, *arguments: str, typed: Sequence[tuple[str, str]] = (), **extra: str) -> tuple[int, str]:
        """Run on a pseudo-terminal; return the exit status and everything shown.

        Args:
            arguments: arguments of the command.
            typed: pairs of a text to wait for and what to type then.
            extra: environment variables.
        """
        child, screen = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(sys.executable, [*COMMAND, *arguments], self.environment | extra)  # noqa: S606  # no shell wanted
        shown, read, keys, deadline = "", 0, list(typed), time.monotonic() + HANG_S
        try:
            while time.monotonic() < deadline:
                if not select.select([screen], [], [], 1)[0]:
                    continue
                try:
                    shown += os.read(screen, 65536).decode(errors="replace")
                except OSError:  # Linux says so when the other side has closed
                    break
                if keys and keys[0][0] in shown[read:]:
                    read = len(shown)
                    time.sleep(REACTION_S)
                    os.write(screen, keys.pop(0)[1].encode())
            else:
                os.kill(child, signal.SIGKILL)
        finally:
            os.close(screen)
            _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status), shown
