"""How much may lie in a conversion's folder at a time: on Cloud Functions that folder is memory."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import DiskQuotaExceeded

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1 << 20
_BLOCK_BYTES = 512


@dataclass(frozen=True, slots=True)
class DiskQuota:
    """The folder's bound.

    Attributes:
        most: bytes that all files together may take; holes take none.
    """

    most: float = float("inf")

    def check(self, folder: Path) -> int:
        """Raise NoRoom if there is more in the folder than may be; how many bytes there are."""
        there = occupied(folder)
        self.check_need(there)
        return there

    def check_need(self, need: int) -> None:
        """Raise NoRoom if so many bytes are more than may be."""
        if need > self.most:
            raise DiskQuotaExceeded(
                f"The conversion needs {-(-need // MIB)} MiB of temporary space; "
                f"the limit is {self.most // MIB:.0f} MiB."
            )


def occupied(folder: Path) -> int:
    """Bytes that the files of a folder take."""
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # gone meanwhile
                total += entry.stat(follow_symlinks=False).st_blocks * _BLOCK_BYTES
    return total
