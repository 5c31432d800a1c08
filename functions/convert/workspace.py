"""The folder of one conversion: gone when it ends, and swept up by the next one if this one is killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "sonube-convert-"


@contextlib.contextmanager
def workspace(root: Path | None = None) -> Iterator[Path]:
    """A folder of our own that nobody else can read, below `root` or the system's temporary folder.

    A lock on it, which the kernel takes away when we die, tells it from those that the dead left behind.
    """
    root = root or Path(tempfile.gettempdir())
    _sweep(root)
    folder, lock = _locked(root)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _locked(root: Path) -> tuple[Path, int]:
    """A new folder, held. Another instance may sweep it away before we hold it: then the next one is ours."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
        lock = -1
        with contextlib.suppress(FileNotFoundError, BlockingIOError):
            lock = os.open(folder, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if folder.exists():
                return folder, lock
        if lock >= 0:
            os.close(lock)


def _sweep(root: Path) -> None:
    """Remove what the dead left; on Cloud Functions it would be memory until the instance ends."""
    for folder in root.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # somebody's who lives, somebody else's, or gone meanwhile
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
