"""The bit rate that an encoder takes at a sample rate and number of channels, next to the one asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.formats import Format

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
