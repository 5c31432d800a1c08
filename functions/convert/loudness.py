"""Loudness by EBU R 128: reads what ffmpeg's ebur128 filter measured, and settles the gain that is due."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.errors import EncoderFailed
from shared.media import Loudness

if TYPE_CHECKING:
    from shared.formats import Format

# EBU R 128 asks for no true peak above -1 dBTP; a lossy codec may overshoot what it was given.
LOSSLESS_CEILING_DBTP, LOSSY_CEILING_DBTP = -1.0, -1.5
# The gate: nothing below counts, and -70 is what is reported of silence.
GATE_LUFS = -70.0
# Loudness is that of blocks of this length (ITU-R BS.1770); a little more lets the resampler fill the first.
_BLOCK_S, _FILLED_S = 0.4, 0.41
# More than this would only be noise.
MAX_GAIN_DB = 40.0
# What the limiter took away is put back when it is more than this. Resampling makes new peaks, and ffmpeg's
# limiter looks closely at the first two channels alone: what is beyond the ceiling by more is taken off.
TOLERANCE_LU, TOLERANCE_DB = 0.3, 0.1
MOST_CORRECTIONS = 3
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


@dataclass(frozen=True, slots=True)
class Gain:
    """How to reach a loudness.

    Attributes:
        ceiling_dbtp: of a limiter, where the gain alone would push peaks beyond it.
    """

    gain_db: float = 0.0
    ceiling_dbtp: float | None = None


def settle(form: Format, target_lufs: float, measured: Loudness) -> Gain:
    """The gain that takes what was measured to the target; silence stays as it is."""
    if measured.integrated_lufs is None or measured.true_peak_dbtp is None:
        return Gain()
    gain_db = min(target_lufs - measured.integrated_lufs, MAX_GAIN_DB)
    ceiling = _ceiling(form)
    return Gain(gain_db, ceiling if measured.true_peak_dbtp + gain_db > ceiling else None)


def corrected_by(reached: Loudness, gain: Gain, form: Format, target_lufs: float) -> Gain:
    """More gain by as much as the limiter took away, a lower limit by as much as was beyond the ceiling."""
    if reached.integrated_lufs is None or reached.true_peak_dbtp is None or gain.ceiling_dbtp is None:
        return gain
    missing, excess = target_lufs - reached.integrated_lufs, reached.true_peak_dbtp - _ceiling(form)
    return Gain(
        gain.gain_db + (missing if abs(missing) > TOLERANCE_LU else 0.0),
        gain.ceiling_dbtp - (excess if excess > TOLERANCE_DB else 0.0),
    )


def _ceiling(form: Format) -> float:
    return LOSSLESS_CEILING_DBTP if form.lossless else LOSSY_CEILING_DBTP


def _loudness(found: re.Match[str]) -> Loudness:
    integrated, peak = float(found["integrated"]), float(found["peak"])
    return Loudness(
        integrated if integrated > GATE_LUFS else None,
        float(found["range"]),
        peak if peak > float("-inf") else None,
    )
