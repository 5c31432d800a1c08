"""The sample rate of an output."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.options import Options
    from shared.domain.task import Probe

# FLAC's frames say a rate up to the lower one in hertz, up to the higher in tens of hertz (RFC 9639, 9.1.2).
_FLAC_HIGHEST_HZ, _FLAC_EXACT_HZ = 655_350, 65_535
# libvorbis refuses what is above 200 kHz.
_VORBIS_HIGHEST_HZ = 192_000


def rate_of(form: Format, options: Options, source: Probe) -> int:
    """The rate asked for or the source's, else the next one above that the codec takes, else its highest."""
    rate, rates = options.sample_rate_hz or source.sample_rate_hz, form.sample_rates_hz
    if form.codec == "vorbis":
        rate = min(rate, _VORBIS_HIGHEST_HZ)
    if form.codec == "flac":
        while rate > _FLAC_HIGHEST_HZ:
            rate //= 2
        rate -= rate % 10 if rate > _FLAC_EXACT_HZ else 0
    if form.bit_rate_up_to_hz and options.bit_rate_kbps:
        return min(rate, form.bit_rate_up_to_hz)
    return rate if not rates or rate in rates else min((r for r in rates if r > rate), default=max(rates))
