"""Sample rate and bit rate of an output: the requested ones, as far as its codec takes them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.media import Probe
    from shared.domain.options import Options

# FLAC's frames note rates up to the lower one in Hz, up to the higher one in tens of Hz (RFC 9639, 9.1.2).
_FLAC_MAX_HZ, _FLAC_EXACT_HZ = 655_350, 65_535
# libvorbis refuses rates above 200 kHz.
_VORBIS_MAX_HZ = 192_000
# By default, ffmpeg's AAC encoder uses 128 kbit/s for any number of channels, which is right for two.
_AAC_KBPS_PER_CHANNEL = 64
# libopus refuses more than this for each channel.
_OPUS_KBPS_PER_CHANNEL = 256
# libvorbis has tables for bands of sample rates. Each row: highest rate of the band; lowest kbit/s of a
# single channel and of a coupled one; highest kbit/s of a channel. Found by trying: what is between encodes.
_VORBIS_BANDS = (
    (9_000, 8, 8, 32),
    (15_000, 16, 16, 42),
    (19_000, 16, 16, 83),
    (26_000, 16, 16, 64),
    (40_000, 32, 32, 128),
    (50_000, 32, 24, 240),
)
# libvorbis couples the channels of stereo and 5.1 only.
_COUPLED = frozenset({2, 6})
# At constant bit rates, LAME lowers the level against clipping: highest bit rate, and factor up to there
# (3.100, presets.c; it takes the nearest rate). Below 32 kHz, its highest is 160 kbit/s.
_LAME_FACTORS = ((176, 0.95), (208, 0.97), (240, 0.98))
_MPEG_1_MIN_HZ, _MPEG_2_MAX_KBPS, _MP3_DEFAULT_KBPS = 32_000, 160, 128
_STEREO = 2
# What encoders make of audio at least, as a share of PCM's bit rate or of the requested one.
_LOSSLESS_RATIO, _LOSSY_RATIO = 0.3, 0.8


def output_rate_hz(form: Format, options: Options, source: Probe) -> int:
    """Return the requested rate or the source's; else the next higher one of the codec, or its highest."""
    rate, rates = options.sample_rate_hz or source.sample_rate_hz, form.sample_rates_hz
    if form.codec == "vorbis":
        rate = min(rate, _VORBIS_MAX_HZ)
    if form.codec == "flac":
        while rate > _FLAC_MAX_HZ:
            rate //= 2
        rate -= rate % 10 if rate > _FLAC_EXACT_HZ else 0
    if form.bit_rate_up_to_hz and options.bit_rate_kbps:
        return min(rate, form.bit_rate_up_to_hz)
    return rate if not rates or rate in rates else min((r for r in rates if r > rate), default=max(rates))


def bit_rate_args(form: Format, options: Options, rate_hz: int, channels: int) -> list[str]:
    """Return ffmpeg's arguments for bit rate or quality; empty where the encoder's default is right."""
    if options.bit_rate_kbps is not None:
        return ["-b:a", f"{_nearest_kbps(form, options.bit_rate_kbps, rate_hz, channels)}k"]
    if options.quality is not None:
        return ["-q:a", f"{options.quality:g}"]
    if form.codec == "aac" and channels > _STEREO:
        return ["-b:a", f"{_AAC_KBPS_PER_CHANNEL * channels}k"]
    return []


def _nearest_kbps(form: Format, requested_kbps: int, rate_hz: int, channels: int) -> int:
    """Return the nearest bit rate that the encoder takes; LAME and AAC find it by themselves."""
    if form.codec == "opus":
        return min(requested_kbps, _OPUS_KBPS_PER_CHANNEL * channels)
    if form.codec == "vorbis":
        single, coupled, highest = next(rest for upto, *rest in _VORBIS_BANDS if rate_hz <= upto)
        lowest = coupled if channels in _COUPLED else single
        return max(lowest * channels, min(requested_kbps, highest * channels))
    return requested_kbps


def minimum_kbps(form: Format, options: Options, rate_hz: int, channels: int) -> float:
    """Return the least that an encoder makes of audio; only silence takes less."""
    if form.lossless:
        return _LOSSLESS_RATIO * (options.bit_depth or 16) * channels * rate_hz / 1000
    return _LOSSY_RATIO * (options.bit_rate_kbps or _AAC_KBPS_PER_CHANNEL * channels)


def encoder_attenuation_db(form: Format, options: Options, rate_hz: int) -> float:
    """Return by how many decibels the encoder lowers the level."""
    if form.codec != "mp3" or options.quality is not None:
        return 0.0
    highest = math.inf if rate_hz >= _MPEG_1_MIN_HZ else _MPEG_2_MAX_KBPS
    kbps = min(options.bit_rate_kbps or _MP3_DEFAULT_KBPS, highest)
    return -20 * math.log10(next((factor for upto, factor in _LAME_FACTORS if kbps < upto), 1.0))
