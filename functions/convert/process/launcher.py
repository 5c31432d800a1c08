"""What starts a child: the sandbox that is built with our ffmpeg, or else util-linux for its limits alone.

`preexec_fn` could set limits too, but it forks a parent that has threads and gRPC, which can deadlock.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shared.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .limits import CompletedProcess, Limits

_FAILED = 125  # ffmpeg-layer/sandbox/sandbox.h


def sandbox_of(program: str) -> str | None:
    """Return the launcher beside a program; None if there is none, as for the system's ffmpeg."""
    found = Path(program).with_name("sonube-sandbox")
    return str(found) if found.is_file() else None


def launched(argv: Sequence[str], limits: Limits) -> list[str]:
    """Return the command that runs `argv` under limits from its first instruction, and dies with this thread.

    Without sandbox and util-linux, the limits apply a moment late, and an orphan lives until its CPU limit.
    """
    rlimits = limits.as_rlimits().items()
    options = [f"--{name.lower()}={soft}:{hard}" for name, (soft, hard) in rlimits]
    if sandbox := sandbox_of(argv[0]):
        return [sandbox, *options, "--", *argv]
    launcher = []
    if found := _program("prlimit"):
        launcher += [found, *options]
    if found := _program("setpriv"):
        launcher += [found, "--no-new-privs", "--pdeathsig", "KILL", "--"]
    return [*launcher, *argv]


def check_started(program: str, completed: CompletedProcess) -> None:
    """Raise Unavailable if the sandbox ended instead of the program, which says nothing about the file."""
    if completed.code == _FAILED and completed.errors.startswith("sandbox: ") and sandbox_of(program):
        raise Unavailable(f"ffmpeg was not started. {completed.errors.strip()}")


@cache
def _program(name: str) -> str | None:
    return shutil.which(name)
