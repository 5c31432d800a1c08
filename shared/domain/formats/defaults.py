"""The table of default bit rates: what a lossy output gets where the request names no bit rate or quality.

By codec and sample rate, without looking at the content. `python -m bench.defaults` compares each entry with
its neighbours; docs/formats.md has its figures, and the listening tests that led here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.domain.formats import Format

_STEREO = 2


@dataclass(frozen=True, slots=True)
class Default:
    """What outputs get up to a sample rate: either a quality, or bit rates.

    Attributes:
        up_to_hz: highest sample rate of this row. Rates above the last row's are not kept, unless the request
            names one; it then gets the last row.
        quality: of variable bit rate, on the codec's own scale.
        mono_kbps: of one channel; more than two channels get as much for each, up to the format's highest.
        stereo_kbps: of two channels.
    """

    up_to_hz: int
    quality: float | None = None
    mono_kbps: int | None = None
    stereo_kbps: int | None = None

    @property
    def text(self) -> str:
        """What the documentation says."""
        if self.quality is not None:
            return f"quality {self.quality:g}"
        return f"{self.mono_kbps} kbit/s mono, {self.stereo_kbps} kbit/s stereo"


# Lossy outputs keep no higher sample rate unless requested: no one hears more, and it costs bits.
HIGHEST_HZ = 48_000
# By ffprobe's name of the codec. LAME and libvorbis scale a quality to channels and sample rate.
DEFAULTS: dict[str, tuple[Default, ...]] = {
    "mp3": (Default(HIGHEST_HZ, quality=2),),
    "vorbis": (Default(HIGHEST_HZ, quality=6),),
    "aac": (
        Default(12_000, mono_kbps=48, stereo_kbps=96),
        Default(16_000, mono_kbps=64, stereo_kbps=128),
        Default(32_000, mono_kbps=80, stereo_kbps=160),
        Default(HIGHEST_HZ, mono_kbps=80, stereo_kbps=192),
    ),
    "opus": (
        Default(12_000, mono_kbps=32, stereo_kbps=64),
        Default(HIGHEST_HZ, mono_kbps=64, stereo_kbps=128),
    ),
}


def defaults_of(form: Format) -> tuple[Default, ...]:
    """Return the rows of a format, by rising sample rate; none for a lossless one."""
    return DEFAULTS.get(form.codec, ())


def default_at(form: Format, rate_hz: int) -> Default | None:
    """Return the row of a sample rate; None for a lossless format."""
    rows = defaults_of(form)
    return next((row for row in rows if rate_hz <= row.up_to_hz), rows[-1] if rows else None)


def default_kbps(form: Format, rate_hz: int, channels: int) -> int | None:
    """Return the bit rate; None where the format has none, or a quality instead."""
    row = default_at(form, rate_hz)
    if row is None or row.mono_kbps is None or form.bit_rates_kbps is None:
        return None
    if channels == _STEREO:
        return row.stereo_kbps
    return min(row.mono_kbps * channels, form.bit_rates_kbps[1])
