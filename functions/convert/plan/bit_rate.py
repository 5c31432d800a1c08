"""The bit rate that an encoder takes at a sample rate and number of channels, and its price in level."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.options import Options

# libopus takes at most 256 kbit/s a channel.
_OPUS_HIGHEST = 256
# libvorbis has tables for bands of sample rates: up to this rate; in kbit/s the lowest for each channel by
# itself and for each that it couples with another, the highest for each. Found by trying: what lies between
# encodes.
_VORBIS = (
    (9_000, 8, 8, 32),
    (15_000, 16, 16, 42),
    (19_000, 16, 16, 83),
    (26_000, 16, 16, 64),
    (40_000, 32, 32, 128),
    (50_000, 32, 24, 240),
)
# At constant bit rates LAME turns the sound down, against clipping: the highest bit rate and the factor
# (3.100, presets.c; the nearest of its rates counts). Below 32 kHz it has no more than 160 kbit/s.
_LAME_FACTORS = ((176, 0.95), (208, 0.97), (240, 0.98))
_MPEG_1_LOWEST_HZ, _MPEG_2_HIGHEST_KBPS, _MP3_KBPS = 32_000, 160, 128
# Stereo and 5.1: of other numbers no channel is coupled.
_COUPLED = frozenset({2, 6})


def fitting_kbps(form: Format, asked_kbps: int, rate_hz: int, channels: int) -> int:
    """The bit rate next to the one asked for that the encoder takes; lame and AAC see to it themselves."""
    if form.codec == "opus":
        return min(asked_kbps, _OPUS_HIGHEST * channels)
    if form.codec == "vorbis":
        lowest_alone, lowest_coupled, highest = next(rest for upto, *rest in _VORBIS if rate_hz <= upto)
        floor = lowest_coupled if channels in _COUPLED else lowest_alone
        return max(floor * channels, min(asked_kbps, highest * channels))
    return asked_kbps


def turned_down_db(form: Format, options: Options, rate_hz: int) -> float:
    """By how many decibels the encoder makes everything quieter."""
    if form.codec != "mp3" or options.quality is not None:
        return 0.0
    highest = math.inf if rate_hz >= _MPEG_1_LOWEST_HZ else _MPEG_2_HIGHEST_KBPS
    kbps = min(options.bit_rate_kbps or _MP3_KBPS, highest)
    return -20 * math.log10(next((factor for upto, factor in _LAME_FACTORS if kbps < upto), 1.0))
