"""Loudness by EBU R 128: reads what ffmpeg's ebur128 filter measured, and settles the gain that is due."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from shared.domain.errors import EncoderFailed
from shared.domain.media import Loudness

# The gate: nothing below counts, and -70 is what is reported of silence.
GATE_LUFS = -70.0
# Loudness is that of blocks of this length (ITU-R BS.1770); a little more lets the resampler fill the first.
_BLOCK_S, _FILLED_S = 0.4, 0.41
_SUMMARY = re.compile(
    r"\[ebur128@(?P<name>\w+) @ [^\]]*\] Summary:.*?"
    r"I:\s+(?P<integrated>\S+) LUFS.*?LRA:\s+(?P<range>\S+) LU\b.*?Peak:\s+(?P<peak>\S+) dBFS",
    re.DOTALL,
)


def meter(name: str) -> str:
    """The filter that measures; its summary goes to ffmpeg's log under this name, at level `info`."""
    return f"ebur128@{name}=peak=true:framelog=verbose"


def filling(seconds: float | None) -> tuple[str, ...]:
    """What puts silence behind a sound that is shorter than a block: nothing is measured of less."""
    is_short = seconds is not None and seconds < _BLOCK_S
    return (f"apad=whole_dur={_FILLED_S}",) if is_short else ()


def without_filling(measured: Loudness, seconds: float | None) -> Loudness:
    """The loudness of the sound alone, as if it went on to the end of the block."""
    if measured.integrated_lufs is None or not seconds or seconds >= _BLOCK_S:
        return measured
    more_lu = 10 * math.log10(_BLOCK_S / seconds)
    return replace(measured, integrated_lufs=round(measured.integrated_lufs + more_lu, 1))


def read_summaries(log: str) -> dict[str, Loudness]:
    """What each meter found, by its name."""
    return {found["name"]: _loudness(found) for found in _SUMMARY.finditer(log)}


def read_summary(log: str, name: str) -> Loudness:
    """What one meter found.

    Raises:
        EncoderFailed: it did not say anything.
    """
    found = read_summaries(log).get(name)
    if found is None:
        raise EncoderFailed from RuntimeError(f"no summary of {name} in: {log[-500:]}")
    return found


def _loudness(found: re.Match[str]) -> Loudness:
    integrated, peak = float(found["integrated"]), float(found["peak"])
    return Loudness(
        integrated if integrated > GATE_LUFS else None,
        float(found["range"]),
        peak if peak > float("-inf") else None,
    )
