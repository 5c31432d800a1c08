"""How the sample rate changes on the way to an output: by soxr, or else by swresample's long filter.

From 96 to 44.1 kHz, swresample's default loses 1.3 dB at 20 kHz, and 22.5 kHz comes back at -14 dB. Meters
take it: it changes neither level nor length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .binaries import Tools

# What both keep: tones up to this share of the lower rate, within so much; and what they reject.
PASSBAND, RIPPLE_DB, REJECTION_DB = 20 / 44.1, 0.1, 100
# 20 bits reject 120 dB, and are the most that soxr computes in single precision, four samples at a time.
_SOXR = "resampler=soxr:precision=20"
# Steps between the phases of the filter count only where the ratio of the rates takes more than 1024.
_KAISER = "filter_size=128:cutoff=0.955:filter_type=kaiser:kaiser_beta=12:linear_interp=1"


def resample(rate_hz: int, tools: Tools | None = None) -> str:
    """Return the filter that changes the sample rate; without tools, by what every ffmpeg has."""
    return f"aresample={rate_hz}:{_SOXR if tools and tools.has_soxr else _KAISER}"


def resample_to_floats(rate_hz: int, tools: Tools | None = None) -> str:
    """Return the same filter with samples that are not rounded to the source's depth."""
    return f"{resample(rate_hz, tools)}:osf=fltp"
