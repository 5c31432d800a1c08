"""Sounds too short for a resampler or an encoder: silence follows them, for else nothing would come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.formats import Format
    from shared.domain.options import Options
    from shared.domain.task import Probe

# ffmpeg's resampler says nothing of fewer samples than its filter has, which is 4 ms from 192 to 8 kHz; MP4
# counts what is to be played in milliseconds. Its stretcher works on windows of up to 84 ms.
_ENCODED_S, _STRETCHED_S = 0.01, 0.1


def least_seconds(form: Format, options: Options, source: Probe, rate_hz: int) -> float:
    """How much of the source, in seconds, has to go in for the result to hold it; 0 where any does.

    Args:
        form: of the output.
        options: of the output.
        source: what the probe found.
        rate_hz: of the output.
    """
    speed = options.speed or 1.0
    if form.lossless and rate_hz == source.sample_rate_hz and speed == 1:
        return 0.0
    least = speed * max(_ENCODED_S, form.least_samples / rate_hz)
    return least if speed == 1 else max(least, _STRETCHED_S)


def lengthened(filters: Sequence[str], seconds: float) -> list[str]:
    """The filters, with silence up to that length put behind what is left of the source."""
    cut = 2 if any(step.startswith("atrim=") for step in filters[:1]) else 0
    return [*filters[:cut], f"apad=whole_dur={seconds:.6f}", *filters[cut:]]
