"""How much higher than its input the decoded output of each encoder may peak, and how much is limited.

Measured with the ten materials of tools/loud_material.py, at -16 and -11 LUFS, behind the limiter:
`python -m bench.levels.headroom`. With the layer, the first encode suffices for 154 of 160 outputs, and for
all of them but AAC of loud drums; the others are corrected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.formats.defaults import default_kbps

from .loudness import Room

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.options import Options

    from ...ffmpeg.binaries import Tools

# By codec: lowest kbit/s of each channel, and decibels from there on. A quality takes the first row.
HEADROOM_DB: dict[str, tuple[tuple[float, float], ...]] = {
    "mp3": ((80, 1.2), (48, 1.5), (0, 2.0)),
    "vorbis": ((48, 1.5), (0, 2.0)),
    "opus": ((48, 1.5), (0, 2.5)),
    "aac": ((0, 3.2),),
}
# By how much more than usual meters differ on clicks, whose peaks lie between samples.
_LOSSLESS_DB = 0.15
# What the limiter of every ffmpeg misses between samples; the layer's misses nothing.
_STOCK_LIMITER_DB = 0.5
# More limiting would be heard: a recording with higher peaks becomes less loud than requested.
_MAX_LIMITING_DB = 12.0


def room_of(form: Format, options: Options, rate_hz: int, channels: int, tools: Tools) -> Room:
    """Return the room of an output's encoder and of the limiter before it."""
    missed_db = 0.0 if tools.has_loudness_filters else _STOCK_LIMITER_DB
    return Room(_headroom_db(form, options, rate_hz, channels) + missed_db, _MAX_LIMITING_DB)


def _headroom_db(form: Format, options: Options, rate_hz: int, channels: int) -> float:
    rows = HEADROOM_DB.get(form.codec)
    if rows is None:
        return _LOSSLESS_DB
    kbps = options.bit_rate_kbps
    if kbps is None and options.quality is None:
        kbps = default_kbps(form, rate_hz, channels)
    if kbps is None:
        return rows[0][1]
    return next(room_db for lowest, room_db in rows if kbps / channels >= lowest)
