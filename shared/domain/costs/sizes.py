"""How large outputs become, from what the probe found and what is requested: usually, and at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.domain.costs.prediction import LEAST_BYTES_PER_S, length_s
from shared.domain.formats import FORMATS
from shared.domain.formats.defaults import HIGHEST_HZ, default_at, default_kbps

if TYPE_CHECKING:
    from shared.domain.files import Output
    from shared.domain.formats import Format
    from shared.domain.media import Probe

# What lossless codecs make of music, as a share of PCM.
_LOSSLESS_SHARE = 0.6
# Of variable bit rates, for stereo at 44.1 kHz, by quality: LAME's scale from 0, and libvorbis's from -1.
_MP3_KBPS = (245, 225, 190, 175, 165, 130, 115, 100, 85, 65)
_VORBIS_KBPS = (48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 500)
# With fewer samples a second, they need more bits for each (fitted to docs/default-rates.md).
_VBR_EXPONENT, _STEREO_SAMPLES = 0.755, 88_200
_DEPTH, _WIDEST = 16, 32
_MOST_LOSSY_KBPS = 512
# Tags, covers and headers.
_OTHER_BYTES, _MOST_OTHER_BYTES = 20_000, 32 * 1024 * 1024
_BYTES_PER_S = 1000 / 8


class Sizes(NamedTuple):
    """The size of outputs, in bytes."""

    usual: int
    most: int


def predict_sizes(source: Probe, size_bytes: int, outputs: tuple[Output, ...]) -> Sizes:
    """Return how large all outputs together become.

    Args:
        source: what the probe found.
        size_bytes: of the source, for one that states no duration.
        outputs: that are requested.
    """
    duration_s = source.duration_s or size_bytes / LEAST_BYTES_PER_S
    usual = most = 0.0
    for output in outputs:
        seconds = length_s(output, duration_s)
        usual += _OTHER_BYTES + seconds * _BYTES_PER_S * _usual_kbps(source, output)
        most += _MOST_OTHER_BYTES + seconds * _BYTES_PER_S * _most_kbps(source, output)
    return Sizes(round(usual), round(most))


def _usual_kbps(source: Probe, output: Output) -> float:
    form, options = FORMATS[output.format], output.options
    rate_hz, channels = _rate_hz(form, source, output), _channels(form, source, output)
    if form.lossless:
        share = 1.0 if form.codec == "pcm" else _LOSSLESS_SHARE
        return share * rate_hz * channels * (options.bit_depth or source.bits_per_sample or _DEPTH) / 1000
    if options.bit_rate_kbps:
        return options.bit_rate_kbps
    kbps = default_kbps(form, rate_hz, channels) if options.quality is None else None
    return kbps or _vbr_kbps(form, options.quality, rate_hz, channels)


def _vbr_kbps(form: Format, quality: float | None, rate_hz: int, channels: int) -> float:
    if quality is None:
        default = default_at(form, rate_hz)
        quality = default.quality if default else None
    table = _MP3_KBPS if form.codec == "mp3" else _VORBIS_KBPS
    step = round((quality or 0.0) + (0 if form.codec == "mp3" else 1))
    return float(table[step] * (rate_hz * channels / _STEREO_SAMPLES) ** _VBR_EXPONENT)


def _most_kbps(source: Probe, output: Output) -> float:
    form, options = FORMATS[output.format], output.options
    rate_hz, channels = _rate_hz(form, source, output), _channels(form, source, output)
    if form.lossless:
        return rate_hz * channels * (options.bit_depth or _WIDEST) / 1000
    return _MOST_LOSSY_KBPS * max(1.0, channels / 2)


def _rate_hz(form: Format, source: Probe, output: Output) -> int:
    highest = source.sample_rate_hz if form.lossless else HIGHEST_HZ
    return output.options.sample_rate_hz or min(source.sample_rate_hz, highest)


def _channels(form: Format, source: Probe, output: Output) -> int:
    return output.options.channels or min(source.channels, form.max_channels)
