"""Sample rate and bit rate of an output: the requested ones, as far as its codec takes them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shared.domain.formats.defaults import HIGHEST_HZ, default_at, default_kbps

from .sample_format import is_dsd

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.media import Probe
    from shared.domain.options import Options

# FLAC's frames note rates up to the lower one in Hz, up to the higher one in tens of Hz (RFC 9639, 9.1.2).
_FLAC_MAX_HZ, _FLAC_EXACT_HZ = 655_350, 65_535
# Multiples of this rate are lowered to it, not to the highest: the ratio is a whole number.
_CD_HZ = 44_100
# DSD's noise begins to rise where hearing ends. The rates divide those of its two families.
_DSD_HZ = (88_200, 96_000)
# Bits per sample of mono for which AAC's `fast` coder is better. With more, or in stereo, it clips the
# coefficients of loud tones, by up to 2.8 dB; with fewer, its transients overshoot more. Between
# them, `twoloop` overshoots by up to 6.6 dB, `fast` by up to 2.3.
_FAST_BITS_PER_SAMPLE = (1.3, 1.85)
_FAST = ("-aac_coder", "fast")
# Bands replaced by noise raise peaks by up to 3.5 dB in stereo, and intensity stereo by as much.
_TWOLOOP = ("-aac_coder", "twoloop", "-aac_pns", "0", "-aac_is", "0")
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
_MPEG_1_MIN_HZ, _MPEG_2_MAX_KBPS = 32_000, 160
# What encoders make of audio at least, as a share of PCM's bit rate or of the requested one.
_LOSSLESS_RATIO, _LOSSY_RATIO = 0.3, 0.8


def output_rate_hz(form: Format, options: Options, source: Probe) -> int:
    """Return the requested rate or the source's; else the next higher one of the codec, or its highest.

    Unless a higher one is requested, a lossy output has at most 48 kHz.
    """
    rate, rates = options.sample_rate_hz or _source_rate_hz(form, source), form.sample_rates_hz
    if options.sample_rate_hz is None and not form.lossless and rate > HIGHEST_HZ:
        rate = HIGHEST_HZ if rate % _CD_HZ else _CD_HZ
    if form.codec == "flac":
        while rate > _FLAC_MAX_HZ:
            rate //= 2
        rate -= rate % 10 if rate > _FLAC_EXACT_HZ else 0
    if form.bit_rate_up_to_hz and options.bit_rate_kbps:
        return min(rate, form.bit_rate_up_to_hz)
    return rate if not rates or rate in rates else min((r for r in rates if r > rate), default=max(rates))


def _source_rate_hz(form: Format, source: Probe) -> int:
    """Return the source's rate; of DSD, a rate that holds its audio and leaves out most of its noise."""
    rate = source.sample_rate_hz
    if not form.lossless or not is_dsd(source):
        return rate
    return next((kept for kept in _DSD_HZ if rate % kept == 0), rate)


def bit_rate_args(form: Format, options: Options, rate_hz: int, channels: int) -> list[str]:
    """Return ffmpeg's arguments for bit rate or quality, the requested or the default one."""
    quality = _quality(form, options, rate_hz)
    if quality is not None:
        return ["-q:a", f"{quality:g}"]
    kbps = options.bit_rate_kbps or default_kbps(form, rate_hz, channels)
    if kbps is None:
        return []
    kbps = _nearest_kbps(form, kbps, rate_hz, channels)
    return ["-b:a", f"{kbps}k", *(_aac_coder(kbps, rate_hz, channels) if form.codec == "aac" else ())]


def _quality(form: Format, options: Options, rate_hz: int) -> float | None:
    """Return the requested quality, or the default one where no bit rate is requested."""
    if options.quality is not None or options.bit_rate_kbps is not None:
        return options.quality
    default = default_at(form, rate_hz)
    return default.quality if default else None


def _aac_coder(kbps: int, rate_hz: int, channels: int) -> tuple[str, ...]:
    low, high = _FAST_BITS_PER_SAMPLE
    return _FAST if channels == 1 and low <= 1000 * kbps / rate_hz <= high else _TWOLOOP


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
    return _LOSSY_RATIO * (options.bit_rate_kbps or default_kbps(form, rate_hz, channels) or 0)


def encoder_attenuation_db(form: Format, options: Options, rate_hz: int) -> float:
    """Return by how many decibels the encoder lowers the level."""
    if form.codec != "mp3" or options.bit_rate_kbps is None:
        return 0.0
    kbps = min(options.bit_rate_kbps, math.inf if rate_hz >= _MPEG_1_MIN_HZ else _MPEG_2_MAX_KBPS)
    return -20 * math.log10(next((factor for upto, factor in _LAME_FACTORS if kbps < upto), 1.0))
