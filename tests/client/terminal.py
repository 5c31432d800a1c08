"""Runs `sonube` as a person does: in a folder, with a session, and on a terminal where that matters."""

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

from tools.ffmpeg import program

ROOT = Path(__file__).resolve().parent.parent.parent
TIMEOUT_S = 90
COMMAND = [sys.executable, "-m", "sonube"]


def write_noise(target: Path, seconds: int) -> Path:
    """A stereo WAV that is large for its length and slow to encode: 176 KB a second."""
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
    subprocess.run(argv, check=True, timeout=TIMEOUT_S)
    return target


@dataclass(frozen=True)
class Terminal:
    """A person's place: a folder to work in, and a session file."""

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

    def run(self, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Without a terminal, as a script runs it."""
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment | extra,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )

    def watch(self, *arguments: str, interrupt_at: str = "") -> tuple[int, str]:
        """On a pseudo-terminal; the exit status and all that was shown.

        Args:
            arguments: of the command.
            interrupt_at: press Ctrl-C once this has been shown.
        """
        child, screen = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(sys.executable, [*COMMAND, *arguments], self.environment)  # noqa: S606  # no shell wanted
        shown, pressed, deadline = "", False, time.monotonic() + TIMEOUT_S
        try:
            while time.monotonic() < deadline:
                if not select.select([screen], [], [], 1)[0]:
                    continue
                try:
                    shown += os.read(screen, 65536).decode(errors="replace")
                except OSError:  # Linux says so when the other side has closed
                    break
                if interrupt_at and interrupt_at in shown and not pressed:
                    os.write(screen, b"\x03")
                    pressed = True
            else:
                os.kill(child, signal.SIGKILL)
        finally:
            os.close(screen)
            _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status), shown
