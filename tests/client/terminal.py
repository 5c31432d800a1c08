"""Runs `sonube` as a user does: in a folder, with a session, and optionally on a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from tests.machine import machine
from tests.signals import default_signals
from tests.waiting import HANG_S, wait_until
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.forked import ForkServer

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "-m", "sonube"]
CTRL_C = "\x03"
Cue: TypeAlias = "str | Callable[[], bool]"


def write_noise(target: Path, seconds: int) -> Path:
    """Write a stereo WAV that is large and slow to encode: 176 KB per second."""
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi", "-i"]
    argv += [f"anoisesrc=duration={seconds}:sample_rate=44100:seed=1", "-ac", "2", str(target)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return target


# The slowest encoder there is: two minutes of work for what `write_long` writes.
SLOWLY = ("--to", "m4a", "-o", "sampleRateHz=48000", "-o", "channels=2")


@dataclass(frozen=True)
class Terminal:
    """A user's shell: a working folder and a session file."""

    folder: Path
    session: Path
    commands: ForkServer

    @property
    def environment(self) -> dict[str, str]:
        return {
            **machine(),
            "PYTHONPATH": str(ROOT / "client"),
            "SONUBE_SESSION": str(self.session),
            "HOME": str(self.session.parent),
            "TERM": "xterm-256color",
            "COLUMNS": "110",
            "LINES": "30",
        }

    def run(self, *arguments: str, given: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
        """Run without a terminal, as a script does; `given` is standard input, `extra` more variables."""
        if not extra:
            return self.commands.run(arguments, self.folder, self.environment, given)
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment | extra,
            input=given,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=HANG_S,
            check=False,
        )

    def watch(self, *arguments: str, typed: Sequence[tuple[Cue, str]] = (), **extra: str) -> tuple[int, str]:
        """Run on a pseudo-terminal; return the exit status and everything shown.

        Args:
            arguments: arguments of the command.
            typed: pairs of what to wait for, a text or a condition, and what to type then.
            extra: environment variables.
        """
        with default_signals():
            child, screen = pty.fork()
            if child == 0:
                os.chdir(self.folder)
                os.execve(sys.executable, [*COMMAND, *arguments], self.environment | extra)  # noqa: S606  # no shell wanted
        user = _User(child, screen, list(typed))
        try:
            wait_until(user.sees_the_end, lambda: user.shown)
        except BaseException:
            os.kill(child, signal.SIGKILL)
            raise
        finally:
            os.close(screen)
            _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status), user.shown


@dataclass
class _User:
    """Reads a child's pseudo-terminal and types."""

    child: int
    screen: int
    keys: list[tuple[Cue, str]]
    output: bytes = b""
    read: int = 0

    @property
    def shown(self) -> str:
        return self.output.decode(errors="replace")

    def sees_the_end(self) -> bool:
        """Read what there is and type what is due; return whether the terminal was closed."""
        if select.select([self.screen], [], [], 0)[0]:
            try:
                self.output += os.read(self.screen, 65536)
            except OSError:  # Linux says so when the other side has closed
                return True
        elif self.keys and self._is_due(self.keys[0][0]):
            self.read = len(self.shown)
            os.write(self.screen, self.keys.pop(0)[1].encode())
        return False

    def _is_due(self, cue: Cue) -> bool:
        """Whether the cue has come and the child waits: between prompt and wait it could miss a signal."""
        came = cue in self.shown[self.read :] if isinstance(cue, str) else cue()
        return came and Path(f"/proc/{self.child}/stat").read_text().rpartition(")")[2].split()[0] == "S"
