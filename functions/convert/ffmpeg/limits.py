"""What each ffmpeg may use, by what the probe found, and which error a reached limit is."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from shared.domain.errors import ConversionTimedOut, TooLarge

from ..process.limits import MIB, CompletedProcess, Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.errors import ConversionError
    from shared.domain.files import Output
    from shared.domain.media import Probe

# The slowest pass, on a busy core, takes less than a tenth of the audio's duration; a cold start, seconds.
FLOOR_S = 60.0
WALL_PER_AUDIO_S = 0.25
# Hardly any encoder makes less (AMR's lowest mode: 594). A file's size divided by this bounds its duration.
_MIN_BYTES_PER_S = 500
# Of what comes out at most: 32-bit samples, at a rate that hardly any source exceeds.
_MAX_RATE_HZ, _SAMPLE_BYTES = 192_000, 4
_OTHER_BYTES = 32 * MIB


def limits_for(
    source: Probe, size_bytes: int, outputs: Sequence[Output], *, until: float, longest_s: int, largest: int
) -> Limits:
    """Return the limits of each ffmpeg on this source.

    Args:
        source: what the probe found.
        size_bytes: of the source.
        outputs: to be made.
        until: end of the attempt, by the monotonic clock.
        longest_s: longest audio allowed.
        largest: bytes of the largest file that it may write.
    """
    stretch = 1 / min([1.0, *(output.options.speed or 1.0 for output in outputs)])
    seconds = stretch * min(source.duration_s or size_bytes / _MIN_BYTES_PER_S, longest_s)
    wall_s = FLOOR_S + WALL_PER_AUDIO_S * seconds * len(outputs)
    file_bytes = _OTHER_BYTES + round(seconds * source.channels * _MAX_RATE_HZ * _SAMPLE_BYTES)
    return Limits(
        wall_s=wall_s,
        cpu_s=round(2 * wall_s),
        file_bytes=min(largest, file_bytes),
        audio_s=stretch * longest_s + 1,
        until=until,
    )


def limit_exceeded(completed: CompletedProcess, limits: Limits) -> ConversionError | None:
    """Return the error of a process that the kernel or the deadline ended; None if neither did."""
    if completed.timed_out or completed.code == -signal.SIGXCPU:
        return ConversionTimedOut(f"The conversion did not finish within {completed.wall_s:.0f} s.")
    if completed.code == -signal.SIGXFSZ:
        return TooLarge(
            f"The output is larger than the limit of {limits.file_bytes} bytes.",
            hint="Convert to a lossy format such as mp3 or opus, or a shorter part with startS and endS.",
        )
    return None
