"""The gain that brings audio to a loudness within a true-peak ceiling (EBU R 128), and its filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..ffmpeg.resampling import resample

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.media import Loudness

    from ..ffmpeg.binaries import Tools

# EBU R 128 allows no true peak above -1 dBTP; a lossy codec may overshoot its input.
MAX_TRUE_PEAK_DBTP = -1.0
_LOSSLESS_CEILING_DBTP, _LOSSY_CEILING_DBTP = MAX_TRUE_PEAK_DBTP, -1.5
# Where mixing or gain would push true peaks above full scale, they are limited to this, in every format.
PEAK_CEILING_DBTP = -1.0
# More would only amplify noise.
MAX_GAIN_DB = 40.0
# Errors of a limiter beyond these are corrected: the loudness that it took away, and peaks above the ceiling,
# which resampling makes, and which it overlooks in all but the first two channels.
_TOLERANCE_LU, _TOLERANCE_DB = 0.3, 0.1
MAX_CORRECTIONS = 3
# The limiter looks ahead by this much, and delays the audio by as much.
_LOOK_AHEAD_S, _RELEASE_S = 0.005, 0.05
# At four times the usual rates, peaks between samples become samples (ITU-R BS.1770).
_OVERSAMPLED_HZ = 192_000


@dataclass(frozen=True, slots=True)
class Gain:
    """How to reach a loudness.

    Attributes:
        ceiling_dbtp: of a limiter, where the gain alone would push peaks beyond it.
    """

    gain_db: float = 0.0
    ceiling_dbtp: float | None = None

    def corrected(self, reached: Loudness, form: Format, target_lufs: float) -> Gain:
        """Return the gain without the errors that show in the loudness that this one reached."""
        if reached.integrated_lufs is None or reached.true_peak_dbtp is None or self.ceiling_dbtp is None:
            return self
        missing, excess = target_lufs - reached.integrated_lufs, reached.true_peak_dbtp - _ceiling(form)
        return Gain(
            self.gain_db + (missing if abs(missing) > _TOLERANCE_LU else 0.0),
            self.ceiling_dbtp - (excess if excess > _TOLERANCE_DB else 0.0),
        )


def gain_to(target_lufs: float, measured: Loudness, form: Format) -> Gain:
    """Return the gain from the measured loudness to the target; none for silence."""
    if measured.integrated_lufs is None or measured.true_peak_dbtp is None:
        return Gain()
    gain_db = min(target_lufs - measured.integrated_lufs, MAX_GAIN_DB)
    ceiling = _ceiling(form)
    return Gain(gain_db, ceiling if measured.true_peak_dbtp + gain_db > ceiling else None)


def gain_below_full_scale(gain_db: float, measured: Loudness) -> Gain:
    """Return the gain with a ceiling if it would push the measured true peak above full scale."""
    peak_dbtp = measured.true_peak_dbtp
    exceeds = peak_dbtp is not None and peak_dbtp + gain_db > 0
    return Gain(gain_db, PEAK_CEILING_DBTP if exceeds else None)


def level_filters(
    gain_db: float, ceiling_dbtp: float | None, rate_hz: int, tools: Tools | None = None
) -> list[str]:
    """Return the filters that change the level, with a limiter for true peaks where there is a ceiling.

    They undo the limiter's delay: silence is appended, and as much is cut off at the start.
    """
    filters = [f"volume={gain_db:.4f}dB"] if gain_db else []
    if ceiling_dbtp is None:
        return filters
    attack, release = f"attack={_LOOK_AHEAD_S * 1000:g}", f"release={_RELEASE_S * 1000:g}"
    oversampled = rate_hz * max(1, -(-_OVERSAMPLED_HZ // rate_hz))
    return [
        *filters,
        f"apad=pad_dur={_LOOK_AHEAD_S}",
        resample(oversampled, tools),
        f"alimiter=limit={10 ** (ceiling_dbtp / 20):.6f}:{attack}:{release}:level=false",
        resample(rate_hz, tools),
        f"atrim=start={_LOOK_AHEAD_S}",
        "asetpts=PTS-STARTPTS",
    ]


def _ceiling(form: Format) -> float:
    return _LOSSLESS_CEILING_DBTP if form.lossless else _LOSSY_CEILING_DBTP
