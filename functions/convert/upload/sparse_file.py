"""Frees the space that the beginning of a growing file takes, by punching holes into it."""

from __future__ import annotations

import ctypes
import os
from errno import ENXIO
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# Only whole blocks become holes; partial ones are filled with zeros.
BLOCK_BYTES = 4096
# linux/falloc.h: FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE.
_KEEP_SIZE, _PUNCH_HOLE = 1, 2


def punch_hole(file: int, begin: int, end: int) -> None:
    """Make these bytes of an open file a hole, which reads as zeros and takes no space.

    Raises:
        OSError: the file system cannot do that.
    """
    if _libc().fallocate(file, _KEEP_SIZE | _PUNCH_HOLE, begin, end - begin):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def first_data(file: int, begin: int, end: int) -> int:
    """Return the first byte from `begin` on that is not in a hole; `end` if there is none before."""
    try:
        return min(end, os.lseek(file, begin, os.SEEK_DATA))
    except OSError as error:
        if error.errno == ENXIO:  # a hole up to the end of the file
            return end
        raise


def can_punch_holes(folder: Path) -> bool:
    """Return whether the folder's file system can punch holes and find them.

    Linux can on tmpfs and ext4. gVisor, which runs Cloud Run's first generation, cannot.
    """
    trial = folder / "holes"
    trial.write_bytes(b"\1" * 2 * BLOCK_BYTES)
    file = os.open(trial, os.O_RDWR)
    try:
        punch_hole(file, 0, BLOCK_BYTES)
        return first_data(file, 0, 2 * BLOCK_BYTES) == BLOCK_BYTES
    except (OSError, AttributeError):  # refused, or the C library has no fallocate
        return False
    finally:
        os.close(file)
        trial.unlink()


@cache
def _libc() -> Any:  # noqa: ANN401  # ctypes has no type for a library
    libc = ctypes.CDLL(None, use_errno=True)
    libc.fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    return libc
