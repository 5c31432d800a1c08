"""The filters that change the level of an output, with a limiter for true peaks where there is a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...ffmpeg.resampling import resample
from ..channel_layout import STEREO, channelmap

if TYPE_CHECKING:
    from ...ffmpeg.binaries import Tools
    from ..shape import Shape
    from .loudness import Gain

# The layer's limiter looks ahead by a two hundredth of the rate, and its meter by so many samples
# (ffmpeg-layer/filters).
_LOOK_AHEAD_DIVISOR, _METER_SAMPLES = 200, 15
# The limiter of every ffmpeg looks ahead by this much. At twice the rate it misses less between samples than
# at the rate itself, and four times would cost as much as encoding an MP3.
_STOCK_LOOK_AHEAD_S, _STOCK_RELEASE_S, _OVERSAMPLING, _OVERSAMPLED_HZ = 0.005, 0.05, 2, 96_000
# More than any output has: channels that are added need names.
_SPEAKERS = ["FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC"]


def gain_filters(gain: Gain, shape: Shape, tools: Tools | None = None) -> list[str]:
    """Return the filters of a gain.

    They undo the limiter's delay: silence is appended, and as much is cut off at the start.
    """
    filters = volume(gain.gain_db)
    if gain.ceiling_dbtp is not None:
        is_own = tools is not None and tools.has_loudness_filters
        filters += (
            _own(gain.ceiling_dbtp, shape.rate_hz) if is_own else _stock(gain.ceiling_dbtp, shape, tools)
        )
    return [*filters, *volume(gain.after_db)]


def volume(gain_db: float) -> list[str]:
    """Return the filter of a gain; none for 0 dB."""
    return [f"volume={gain_db:.4f}dB"] if gain_db else []


def _own(limit_dbtp: float, rate_hz: int) -> list[str]:
    delay = max(1, rate_hz // _LOOK_AHEAD_DIVISOR) + _METER_SAMPLES
    limiter = f"truepeaklimit=ceiling={10 ** (limit_dbtp / 20):.6f}"
    return [f"apad=pad_len={delay}", limiter, f"atrim=start_sample={delay}", "asetpts=PTS-STARTPTS"]


def _stock(limit_dbtp: float, shape: Shape, tools: Tools | None) -> list[str]:
    rate_hz, (before, behind) = shape.rate_hz, _for_two_channels(shape)
    oversampled = max(rate_hz, min(_OVERSAMPLING * rate_hz, _OVERSAMPLED_HZ))
    linear = 10 ** (limit_dbtp / 20)
    times = f"attack={_STOCK_LOOK_AHEAD_S * 1000:g}:release={_STOCK_RELEASE_S * 1000:g}"
    return [
        f"apad=pad_dur={_STOCK_LOOK_AHEAD_S}",
        resample(oversampled, tools),
        *before,
        f"alimiter=limit={linear:.6f}:{times}:level=false",
        *behind,
        resample(rate_hz, tools),
        f"atrim=start={_STOCK_LOOK_AHEAD_S}",
        "asetpts=PTS-STARTPTS",
    ]


def _for_two_channels(shape: Shape) -> tuple[list[str], list[str]]:
    """Return what the limiter needs before and behind it: it looks ahead in its first two channels only.

    A first channel is added that has the highest of all. So they share one gain, the lowest that any needs.
    """
    count = shape.channels
    if count <= STEREO:
        return [], []
    highest = "abs(val(0))"
    for number in range(1, count):
        highest = f"max({highest},abs(val({number})))"
    channels = "|".join((highest, *(f"val({number})" for number in range(count))))
    return (
        [f"aeval='{channels}':c={'+'.join(_SPEAKERS[: count + 1])}"],
        [channelmap(shape.layout_name or f"{count}c", range(1, count + 1))],
    )
