"""Loudness by ITU-R BS.1770 and EBU Tech 3342, from the energy of each 10 ms, also behind a limiter."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.media import Loudness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WINDOWS_PER_S = 100
# Energy is added up in steps of 100 ms; a block has four of them, the short-term loudness thirty.
_STEP, _BLOCK, _SHORT_TERM = 10, 4, 30
_ABSOLUTE_GATE_LUFS, _RELATIVE_GATE_LU, _RANGE_GATE_LU = -70.0, -10.0, -20.0
_OFFSET_LU = -0.691
# The range lies between these shares of all short-term values above the gates.
_LOW, _HIGH = 0.10, 0.95
# The share of what is missing by which a limiter's gain recovers in each window: the layer's holds the gain
# of a peak for 20 ms, then recovers within 25 ms; that of every ffmpeg does not hold, and recovers in 50 ms.
_HELD, _RECOVERY = 2, 1 / (0.025 * WINDOWS_PER_S)
_STOCK_RECOVERY = 1 / (0.05 * WINDOWS_PER_S)
_DUAL_MONO_LU = 10 * math.log10(2)


@dataclass(frozen=True, slots=True)
class Windows:
    """What was measured of each 10 ms.

    Attributes:
        peaks: highest true peak of all channels, linear.
        energies: mean square behind the K-weighting, added up over the channels by their weights.
        holds: whether the limiter is the layer's, which holds the gain of a peak.
    """

    peaks: array[float] = field(default_factory=lambda: array("f"))
    energies: array[float] = field(default_factory=lambda: array("f"))
    holds: bool = True

    @classmethod
    def of_records(cls, data: bytes) -> Windows:
        """Return the windows that the layer's `loudwindows` wrote: two floats each."""
        values = array("f", data)
        return cls(values[0::2], values[1::2])

    def loudness(self, *, dual_mono: bool = False) -> Loudness:
        """Return the loudness of all; `dual_mono` as if a second speaker played the same."""
        steps, peak = _steps(self.energies), max(self.peaks, default=0.0)
        more_lu = _DUAL_MONO_LU if dual_mono else 0.0
        integrated = _integrated(steps, more_lu)
        short_term = [_lufs(energy) + more_lu for energy in _means(steps, _SHORT_TERM)]
        return Loudness(
            None if integrated is None else round(integrated, 2),
            round(_range(short_term), 2),
            round(20 * math.log10(peak), 2) if peak else None,
            round(max(short_term), 2) if short_term and max(short_term) > _ABSOLUTE_GATE_LUFS else None,
        )

    def limited_lufs(
        self, gain_db: float, ceiling_dbtp: float | None, *, dual_mono: bool = False
    ) -> float | None:
        """Return how loud this is behind a gain and a limiter; None below the gate."""
        factor = 10 ** (gain_db / 20)
        energies: Iterable[float] = self.energies
        if ceiling_dbtp is not None:
            gains = _limiter_gains(self.peaks, 10 ** (ceiling_dbtp / 20) / factor, holds=self.holds)
            energies = map(_scaled, self.energies, gains)
        more_lu = gain_db + (_DUAL_MONO_LU if dual_mono else 0.0)
        return _integrated(_steps(array("f", energies)), more_lu)


def _scaled(energy: float, gain: float) -> float:
    return energy * gain * gain


def _limiter_gains(peaks: Sequence[float], ceiling: float, *, holds: bool) -> array[float]:
    """Return the gain of a limiter in each window; it recovers evenly from where it was held."""
    held, recovery = (_HELD, _RECOVERY) if holds else (0, _STOCK_RECOVERY)
    gains, gain, lowest = array("f", bytes(4 * len(peaks))), 1.0, 1.0
    needed = [ceiling / peak if peak > ceiling else 1.0 for peak in peaks]
    for n in range(len(peaks)):
        least = min(needed[max(0, n - held) : n + 1])
        gain += (1 - lowest) * recovery
        if least <= gain:
            gain = lowest = least
        gains[n] = gain
    return gains


def _steps(energies: Sequence[float]) -> list[float]:
    """Return the mean energy of each whole step of 100 ms."""
    return [sum(energies[n : n + _STEP]) / _STEP for n in range(0, len(energies) - _STEP + 1, _STEP)]


def _means(steps: Sequence[float], length: int) -> list[float]:
    """Return the mean of each `length` successive steps."""
    return [sum(steps[n : n + length]) / length for n in range(len(steps) - length + 1)]


def _lufs(energy: float) -> float:
    return _OFFSET_LU + 10 * math.log10(energy) if energy > 0 else -math.inf


def _energy(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_LU) / 10))


def _integrated(steps: Sequence[float], more_lu: float) -> float | None:
    """Return the gated mean of blocks, each `more_lu` louder than measured; None below the gate."""
    audible = [block for block in _means(steps, _BLOCK) if block > _energy(_ABSOLUTE_GATE_LUFS - more_lu)]
    if not audible:
        return None
    gate = _energy(_lufs(sum(audible) / len(audible)) + _RELATIVE_GATE_LU)
    gated = [block for block in audible if block > gate]
    return _lufs(sum(gated) / len(gated)) + more_lu


def _range(short_term: Sequence[float]) -> float:
    """Return the loudness range of short-term values in LUFS."""
    audible = [lufs for lufs in short_term if lufs > _ABSOLUTE_GATE_LUFS]
    if not audible:
        return 0.0
    gate = _lufs(sum(map(_energy, audible)) / len(audible)) + _RANGE_GATE_LU
    gated = sorted(lufs for lufs in audible if lufs > gate)
    low, high = (gated[round((len(gated) - 1) * share)] for share in (_LOW, _HIGH))
    return high - low
