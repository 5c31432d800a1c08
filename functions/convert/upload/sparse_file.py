"""Gives back what the beginning of a growing file takes, while its end is still being written."""

from __future__ import annotations

import ctypes
import os
from errno import ENXIO
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# Holes are made of whole blocks: edges in between are only filled with zeros.
BLOCK_BYTES = 4096
# linux/falloc.h: keep the size, punch a hole.
_KEEP_SIZE, _PUNCH_HOLE = 1, 2


def punch(file: int, begin: int, end: int) -> None:
    """Make these bytes of an open file a hole, which reads as zeros and takes no room.

    Raises:
        OSError: the file system cannot.
    """
    if _libc().fallocate(file, _KEEP_SIZE | _PUNCH_HOLE, begin, end - begin):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def first_data(file: int, begin: int, end: int) -> int:
    """Where, from `begin` on, there is something else than a hole; `end` if nothing is before."""
    try:
        return min(end, os.lseek(file, begin, os.SEEK_DATA))
    except OSError as error:
        if error.errno == ENXIO:  # nothing but a hole up to the end of the file
            return end
        raise


def can_punch(folder: Path) -> bool:
    """Whether files there can have holes made into them, and tell where those are.

    Linux does so on tmpfs and ext4. gVisor, which serves Cloud Run's first generation, refuses.
    """
    trial = folder / "holes"
    trial.write_bytes(b"\1" * 2 * BLOCK_BYTES)
    file = os.open(trial, os.O_RDWR)
    try:
        punch(file, 0, BLOCK_BYTES)
        return first_data(file, 0, 2 * BLOCK_BYTES) == BLOCK_BYTES
    except (OSError, AttributeError):  # refused; or a C library that knows no such call
        return False
    finally:
        os.close(file)
        trial.unlink()


@cache
def _libc() -> Any:  # noqa: ANN401  # what ctypes makes of a library
    libc = ctypes.CDLL(None, use_errno=True)
    libc.fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    return libc
