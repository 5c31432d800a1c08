"""How much may lie in a conversion's folder at a time: on Cloud Functions that folder is memory."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.errors import NoRoom

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .plan import Plan

MIB = 1 << 20
# What an encoder makes of sound at least, as a share of what it is asked for; only silence takes less.
_LOSSLESS_RATIO, _LOSSY_RATIO = 0.3, 0.8
_AAC_KBPS_PER_CHANNEL = 64
_BLOCK_BYTES = 512


@dataclass(frozen=True, slots=True)
class Room:
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
            raise NoRoom(
                f"The file and what is made of it need {-(-need // MIB)} MiB here at a time; "
                f"there is room for {self.most // MIB:.0f} MiB."
            )


def occupied(folder: Path) -> int:
    """Bytes that the files of a folder take."""
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # gone meanwhile
                total += entry.stat(follow_symlinks=False).st_blocks * _BLOCK_BYTES
    return total


def least_bytes(plans: Iterable[Plan]) -> int:
    """What outputs will take whose files stay whole until the end, as far as can be known before."""
    return sum(round(_least_kbps(plan) * 125 * (plan.duration_s or 0)) for plan in plans if plan.form.whole)


def _least_kbps(plan: Plan) -> float:
    options = plan.output.options
    if plan.copied:
        return 0
    if plan.form.lossless:
        depth = options.bit_depth or 16
        return _LOSSLESS_RATIO * depth * plan.channels * plan.sample_rate_hz / 1000
    return _LOSSY_RATIO * (options.bit_rate_kbps or _AAC_KBPS_PER_CHANNEL * plan.channels)
