"""What a program needs of the machine: all that a test passes on of the environment around it."""

from __future__ import annotations

import os


def machine() -> dict[str, str]:
    """Return PATH, and TMPDIR, by which files and processes are found that a test leaves."""
    return {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
