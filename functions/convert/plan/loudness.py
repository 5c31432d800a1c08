"""The gain that brings a sound to a loudness, within its true-peak ceiling (EBU R 128)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.media import Loudness

# EBU R 128 asks for no true peak above -1 dBTP; a lossy codec may overshoot what it was given.
LOSSLESS_CEILING_DBTP, LOSSY_CEILING_DBTP = -1.0, -1.5


# More than this would only be noise.
MAX_GAIN_DB = 40.0


# What the limiter took away is put back when it is more than this. Resampling makes new peaks, and ffmpeg's
# limiter looks closely at the first two channels alone: what is beyond the ceiling by more is taken off.
TOLERANCE_LU, TOLERANCE_DB = 0.3, 0.1


MOST_CORRECTIONS = 3


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
