"""How far an encoded sound is from its source: log-spectral distance, noise-to-mask ratio and bandwidth.

Frames of 2,048 samples (a Hann window) are compared in plain Python. The noise-to-mask ratio follows the idea
of PEAQ (ITU-R BS.1387): noise of each Bark band against what the source masks there. It is not PEAQ; its
figures compare settings with each other.
"""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FRAME = 2048
# Every second frame is enough for a mean.
_HOP = 2 * FRAME
_HIGHEST_HZ = 20_000
# Frames whose source is quieter are pauses.
_PAUSE_DBFS = -60.0
# Of a bin; below, differences are not heard.
_FLOOR = 10 ** (-100 / 10)
# Zwicker's critical bands, upper edges in Hz.
_BARK_HZ = (
    100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3700, 4400, 5300,
    6400, 7700, 9500, 12_000, 15_500, 20_000,
)  # fmt: skip
# Masking falls by this for each Bark below and above the masker; a masker masks this much less than itself,
# and 0.25 dB less for each Bark beyond 12 (BS.1387, 2.1.4).
_BELOW_DB, _ABOVE_DB, _OFFSET_DB, _OFFSET_FROM_BARK, _OFFSET_SLOPE_DB = 27.0, 15.0, 3.0, 12, 0.25
# Assumed sound pressure of full scale.
_FULL_SCALE_DB_SPL = 92.0
# The bandwidth ends where an output's mean spectrum is this far below its source's.
_LOST_DB, _BANDWIDTH_STEP_HZ = 10.0, 250


@dataclass(frozen=True, slots=True)
class Distance:
    """An output against its source.

    Attributes:
        log_spectral_db: mean over frames of the root mean square difference of their spectra.
        noise_to_mask_db: mean over frames and bands; below 0, noise is masked on average.
        bandwidth_hz: up to where the output has what its source has.
        snr_db: signal-to-noise ratio.
    """

    log_spectral_db: float
    noise_to_mask_db: float
    bandwidth_hz: float
    snr_db: float


def distance(source: Sequence[float], output: Sequence[float], rate_hz: int) -> Distance:
    """Compare two sounds of one channel, sample by sample.

    Args:
        source: full scale is 1.
        output: of the same start.
        rate_hz: of both.
    """
    bins = min(FRAME // 2, FRAME * _HIGHEST_HZ // rate_hz)
    totals = [[0.0] * bins, [0.0] * bins]
    differences, noises = [], []
    for first, second in _frames(source, output):
        spectra = _spectra(first, second, bins)
        if 10 * math.log10(sum(spectra[0]) + 1e-20) < _PAUSE_DBFS:
            continue
        for total, power in zip(totals, spectra, strict=False):
            total[:] = map(sum, zip(total, power, strict=True))
        differences.append(_log_difference(spectra[0], spectra[1]))
        noises.append(_noise_to_mask(spectra[0], spectra[2], rate_hz))
    pairs = list(zip(source, output, strict=False))
    noise = sum((a - b) ** 2 for a, b in pairs) or 1e-20
    return Distance(
        sum(differences) / len(differences),
        10 * math.log10(sum(noises) / len(noises) + 1e-12),
        _bandwidth(totals[0], totals[1], rate_hz),
        10 * math.log10(sum(a * a for a, _ in pairs) / noise),
    )


def _frames(source: Sequence[float], output: Sequence[float]) -> Iterator[tuple[list[float], list[float]]]:
    window = _window()
    for at in range(0, min(len(source), len(output)) - FRAME, _HOP):
        yield (
            [sample * weight for sample, weight in zip(source[at : at + FRAME], window, strict=True)],
            [sample * weight for sample, weight in zip(output[at : at + FRAME], window, strict=True)],
        )


@cache
def _window() -> list[float]:
    # Scaled so that a full-scale sine has a power of 1 in its bins.
    scale = 2 / (FRAME * math.sqrt(0.375))
    return [scale * (0.5 - 0.5 * math.cos(2 * math.pi * n / FRAME)) * math.sqrt(2) / 2 for n in range(FRAME)]


def _spectra(first: list[float], second: list[float], bins: int) -> tuple[list[float], ...]:
    """Return the power of the source, of the output and of their difference; one transform serves both."""
    both = _fft([complex(a, b) for a, b in zip(first, second, strict=True)])
    powers: tuple[list[float], ...] = ([], [], [])
    for n in range(bins):
        here, mirrored = both[n], both[-n].conjugate()
        a, b = (here + mirrored) / 2, (here - mirrored) / 2j
        for power, value in zip(powers, (a, b, a - b), strict=True):
            power.append(value.real * value.real + value.imag * value.imag)
    return powers


def _fft(values: list[complex]) -> list[complex]:
    size = len(values)
    if size == 1:
        return values
    even, odd = _fft(values[::2]), _fft(values[1::2])
    turned = [factor * value for factor, value in zip(_twiddles(size), odd, strict=True)]
    return [
        *(a + b for a, b in zip(even, turned, strict=True)),
        *(a - b for a, b in zip(even, turned, strict=True)),
    ]


@cache
def _twiddles(size: int) -> list[complex]:
    return [cmath.exp(-2j * math.pi * n / size) for n in range(size // 2)]


def _log_difference(first: list[float], second: list[float]) -> float:
    squares = (
        (10 * math.log10((a + _FLOOR) / (b + _FLOOR))) ** 2 for a, b in zip(first, second, strict=True)
    )
    return math.sqrt(sum(squares) / len(first))


def _noise_to_mask(source: list[float], noise: list[float], rate_hz: int) -> float:
    bands = _bands(rate_hz, len(source))
    signal = [sum(source[a:b]) for a, b in bands]
    ratios = []
    for band, (start, end) in enumerate(bands):
        offset_db = _OFFSET_DB + _OFFSET_SLOPE_DB * max(0, band - _OFFSET_FROM_BARK)
        spread = sum(power * _spread(band - other) for other, power in enumerate(signal))
        mask = spread * 10 ** (-offset_db / 10) + _quiet(band)
        ratios.append(sum(noise[start:end]) / mask)
    return sum(ratios) / len(ratios)


@cache
def _bands(rate_hz: int, bins: int) -> list[tuple[int, int]]:
    edges = [0, *(min(bins, round(edge * FRAME / rate_hz)) for edge in _BARK_HZ)]
    return [(a, b) for a, b in pairwise(edges) if b > a]


@cache
def _spread(barks: int) -> float:
    return float(10 ** (-(_ABOVE_DB * barks if barks > 0 else -_BELOW_DB * barks) / 10))


@cache
def _quiet(band: int) -> float:
    """Return the threshold in quiet of a band, as a power (Terhardt, 1979)."""
    khz = sum((0, *_BARK_HZ)[band : band + 2]) / 2000
    level = 3.64 * khz**-0.8 - 6.5 * math.exp(-0.6 * (khz - 3.3) ** 2) + 0.001 * khz**4
    return float(10 ** ((level - _FULL_SCALE_DB_SPL) / 10))


def _bandwidth(source: list[float], output: list[float], rate_hz: int) -> float:
    step = max(1, _BANDWIDTH_STEP_HZ * FRAME // rate_hz)
    # Relative to the loudest band; what is 90 dB below it does not count.
    floor, highest = max(source) * 1e-9, 0.0
    for at in range(0, len(source), step):
        before, after = sum(source[at : at + step]), sum(output[at : at + step])
        if before / step > floor and after > before * 10 ** (-_LOST_DB / 10):
            highest = min(at + step, len(source)) * rate_hz / FRAME
    return highest
