"""The temporary folder of one conversion, and how much it may hold: on Cloud Functions it is memory."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shared.domain.errors import DiskQuotaExceeded

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "sonube-convert-"
MIB = 1 << 20
_BLOCK_BYTES = 512


@dataclass(frozen=True, slots=True)
class DiskQuota:
    """The limit of a workspace.

    Attributes:
        limit_bytes: of all files together; holes in sparse files do not count.
    """

    limit_bytes: float = float("inf")

    def check(self, folder: Path, more_bytes: int = 0) -> int:
        """Return the bytes that the folder's files occupy.

        Raises:
            DiskQuotaExceeded: that, and so many more, are beyond the limit.
        """
        occupied = occupied_bytes(folder)
        self.check_size(occupied + more_bytes)
        return occupied

    def check_size(self, needed_bytes: int) -> None:
        """Raise DiskQuotaExceeded if so many bytes are beyond the limit."""
        if needed_bytes > self.limit_bytes:
            raise DiskQuotaExceeded(
                f"The conversion needs {-(-needed_bytes // MIB)} MiB of temporary space; "
                f"the limit is {self.limit_bytes // MIB:.0f} MiB."
            )


def occupied_bytes(folder: Path) -> int:
    """Return the bytes that a folder's files occupy."""
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # just deleted
                total += entry.stat(follow_symlinks=False).st_blocks * _BLOCK_BYTES
    return total


@contextlib.contextmanager
def workspace(root: Path | None = None) -> Iterator[Path]:
    """Create a private folder below `root` or the system's temporary folder, and delete it at the end.

    A lock on it, which the kernel releases when this process dies, tells it from those that killed instances
    left behind. These are deleted first.
    """
    root = root or Path(tempfile.gettempdir())
    _delete_abandoned(root)
    folder, lock = _create_locked(root)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _create_locked(root: Path) -> tuple[Path, int]:
    """Create a folder and lock it; try again if another instance deletes it before it is locked."""
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


def _delete_abandoned(root: Path) -> None:
    """Delete the folders of killed instances, which would occupy memory until this instance ends."""
    for folder in root.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # in use, another user's, or just deleted
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
