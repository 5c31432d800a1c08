"""How long a source is and an output will be, going by what the source says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import EmptyFile, NothingLeft

if TYPE_CHECKING:
    from shared.domain.options import Options
    from shared.domain.task import Probe

# Between what a container says of its length and what is decoded: priming and padding of the source's codec
# (two frames of the longest, AAC's 2,048 samples, at rates as low as 8 kHz), and rounding of headers.
CLAIM_TOLERANCE_S, CLAIM_TOLERANCE_RATIO = 0.6, 0.002


def expected_duration(
    options: Options, source_s: float | None, span: tuple[float, float] | None
) -> float | None:
    """Seconds after cutting, trimming and change of speed; None if the source does not say its length.

    Args:
        options: what was asked for.
        source_s: length of the source.
        span: beginning and end of what trimming silence leaves.

    Raises:
        EmptyFile: there is nothing to cut from.
        NothingLeft: the options cut everything away.
    """
    if source_s == 0:
        raise EmptyFile("The file contains no samples.")
    start = options.start_s or 0.0
    if source_s is not None and start >= source_s:
        raise NothingLeft(f"startS is {start:g} s, but the audio ends at {source_s:.2f} s.")
    if span:
        return (span[1] - span[0]) / (options.speed or 1.0)
    if source_s is None:
        return None
    end = source_s if options.end_s is None else min(options.end_s, source_s)
    return (end - start) / (options.speed or 1.0)


def source_duration(source: Probe, heard_s: float) -> float:
    """Seconds that the source says of itself, unless there was more: joined files say less than they are."""
    claimed_s = None if source.length_is_bound else source.duration_s
    if not claimed_s or heard_s > claimed_s + CLAIM_TOLERANCE_S + CLAIM_TOLERANCE_RATIO * claimed_s:
        return heard_s
    return claimed_s
