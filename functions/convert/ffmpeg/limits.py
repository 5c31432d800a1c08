"""What one conversion may cost, by what the probe found, and what it means when a limit was reached."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from shared.domain.errors import ConversionTimedOut, TooLarge

from ..process.limits import MIB, CompletedProcess, Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.errors import ConversionError
    from shared.domain.task import Output, Probe

# The slowest pass that can be asked for, on a busy core, takes less than a tenth of the sound's own time; a
# start on a cold instance takes seconds.
FLOOR_S = 60.0
WALL_PER_AUDIO_S = 0.25
# Hardly anything is encoded at less (AMR's lowest mode: 594): the longest that a file can last by its size.
LEAST_BYTES_PER_S = 500
# Of what comes out at most: 32-bit samples, at a rate that nobody goes beyond.
MOST_RATE_HZ, SAMPLE_BYTES = 192_000, 4
OTHER_BYTES = 32 * MIB


def limits_for(
    found: Probe, size_bytes: int, outputs: Sequence[Output], *, until: float, longest_s: int, largest: int
) -> Limits:
    """The limits of each ffmpeg on this source.

    Args:
        found: what the probe said of it.
        size_bytes: of it.
        outputs: that are asked for.
        until: when the attempt itself ends, by the monotonic clock.
        longest_s: longest audio that is taken.
        largest: bytes of the largest file that is written.
    """
    stretch = 1 / min([1.0, *(output.options.speed or 1.0 for output in outputs)])
    seconds = stretch * min(found.duration_s or size_bytes / LEAST_BYTES_PER_S, longest_s)
    wall_s = FLOOR_S + WALL_PER_AUDIO_S * seconds * len(outputs)
    file_bytes = OTHER_BYTES + round(seconds * found.channels * MOST_RATE_HZ * SAMPLE_BYTES)
    return Limits(
        wall_s=wall_s,
        cpu_s=round(2 * wall_s),
        file_bytes=min(largest, file_bytes),
        audio_s=stretch * longest_s + 1,
        until=until,
    )


def limit_exceeded(finished: CompletedProcess, limits: Limits) -> ConversionError | None:
    """What to tell of a process that the kernel or the deadline ended; None if none of them did."""
    if finished.timed_out or finished.code == -signal.SIGXCPU:
        return ConversionTimedOut(f"The conversion did not finish within {finished.wall_s:.0f} s.")
    if finished.code == -signal.SIGXFSZ:
        return TooLarge(f"The output is larger than the limit of {limits.file_bytes} bytes.")
    return None
