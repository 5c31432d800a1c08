"""The mix from one channel layout to another: one explicit matrix for all output formats.

ffmpeg normalises its own matrix for integer samples only, so levels would depend on the output format.
Stereo follows ITU-R BS.775-3, annex 4: centre and surrounds at -3 dB, without low frequency effects. Mono is
the mean of left and right, and mono becomes stereo at its own level. What BS.775 leaves open (7.1, wide,
height and unlabelled channels) is in the tables of this module.
"""

from __future__ import annotations

import math
import re

HALF_POWER = math.sqrt(0.5)
# ffmpeg's layouts by name, each in its order of channels.
LAYOUTS = {
    "mono": "FC",
    "stereo": "FL FR",
    "downmix": "DL DR",
    "2.1": "FL FR LFE",
    "3.0": "FL FR FC",
    "3.0(back)": "FL FR BC",
    "4.0": "FL FR FC BC",
    "quad": "FL FR BL BR",
    "quad(side)": "FL FR SL SR",
    "3.1": "FL FR FC LFE",
    "5.0": "FL FR FC BL BR",
    "5.0(side)": "FL FR FC SL SR",
    "4.1": "FL FR FC LFE BC",
    "5.1": "FL FR FC LFE BL BR",
    "5.1(side)": "FL FR FC LFE SL SR",
    "6.0": "FL FR FC BC SL SR",
    "6.0(front)": "FL FR FLC FRC SL SR",
    "hexagonal": "FL FR FC BL BR BC",
    "6.1": "FL FR FC LFE BC SL SR",
    "6.1(back)": "FL FR FC LFE BL BR BC",
    "6.1(front)": "FL FR LFE FLC FRC SL SR",
    "7.0": "FL FR FC BL BR SL SR",
    "7.0(front)": "FL FR FC FLC FRC SL SR",
    "7.1": "FL FR FC LFE BL BR SL SR",
    "7.1(wide)": "FL FR FC LFE BL BR FLC FRC",
    "7.1(wide-side)": "FL FR FC LFE FLC FRC SL SR",
    "7.1(top)": "FL FR FC LFE BL BR TFL TFR",
    "5.1.2": "FL FR FC LFE BL BR TFL TFR",
    "5.1.4": "FL FR FC LFE BL BR TFL TFR TBL TBR",
    "7.1.2": "FL FR FC LFE BL BR SL SR TFL TFR",
    "7.1.4": "FL FR FC LFE BL BR SL SR TFL TFR TBL TBR",
    "octagonal": "FL FR FC BL BR BC SL SR",
    "cube": "FL FR BL BR TFL TFR TBL TBR",
    "hexadecagonal": "FL FR FC BL BR BC SL SR TFL TFC TFR TBL TBC TBR WL WR",
}
# What unlabelled channels are taken for: the layouts of Vorbis (I, 4.3.9) and Opus (RFC 7845, 5.1.1.2).
BY_NUMBER = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}

# Where a speaker goes that the target lacks: to the first of these whose speakers the target has, else to the
# last, whose speakers are routed in turn. Low frequency effects go nowhere.
_FOLDS: dict[str, tuple[dict[str, float], ...]] = {
    "FC": ({"FL": HALF_POWER, "FR": HALF_POWER},),
    "LFE": ({},),
    "LFE2": ({"LFE": 1.0}, {}),
    "BL": ({"SL": 1.0}, {"BC": HALF_POWER}, {"FL": HALF_POWER}),
    "BR": ({"SR": 1.0}, {"BC": HALF_POWER}, {"FR": HALF_POWER}),
    "SL": ({"BL": 1.0}, {"BC": HALF_POWER}, {"FL": HALF_POWER}),
    "SR": ({"BR": 1.0}, {"BC": HALF_POWER}, {"FR": HALF_POWER}),
    "BC": (
        {"BL": HALF_POWER, "BR": HALF_POWER},
        {"SL": HALF_POWER, "SR": HALF_POWER},
        {"FL": 0.5, "FR": 0.5},
    ),
    "FLC": ({"FL": HALF_POWER, "FC": HALF_POWER}, {"FL": 1.0}),
    "FRC": ({"FR": HALF_POWER, "FC": HALF_POWER}, {"FR": 1.0}),
    "WL": ({"FL": 1.0},),
    "WR": ({"FR": 1.0},),
    "DL": ({"FL": 1.0},),
    "DR": ({"FR": 1.0},),
    "SDL": ({"SL": 1.0},),
    "SDR": ({"SR": 1.0},),
    "TC": ({"FL": 0.5, "FR": 0.5},),
    **{f"{height}{place}": ({place: HALF_POWER},) for height in "TB" for place in ("FL", "FC", "FR")},
    **{f"T{place}": ({place: HALF_POWER},) for place in ("BL", "BC", "BR", "SL", "SR")},
}
_SURROUNDS = (("BL", "SL"), ("BR", "SR"))
# How ffprobe prints a layout that has no name.
_LISTED = re.compile(r"(?:\d+ channels? \()?([A-Z0-9]+(?:\+[A-Z0-9]+)*)\)?")

# As a 32-bit float, this is 1. From a matrix of zeros and ones, ffmpeg makes a map of channels, forgets their
# layout, and loses channels where the target has another layout than ffmpeg's default for its number.
_UNITY = "0.99999999"
# Mono is a centre alone: what folding the centre takes from it.
_MONO_AT_ITS_LEVEL = f"volume=volume='if(eq(nb_channels,1),{math.sqrt(2):.8g},1)':precision=float"

Matrix = tuple[tuple[float, ...], ...]


def speakers(layout: str, channels: int) -> tuple[str, ...] | None:
    """Return the speakers of a layout, in ffmpeg's order; None where they are unknown, as in ambisonics.

    Args:
        layout: a name, a list such as `3 channels (FL+FR+LFE)`, or nothing for unlabelled channels.
        channels: how many there are.
    """
    if layout in LAYOUTS:
        found = tuple(LAYOUTS[layout].split())
    elif listed := _LISTED.fullmatch(layout):
        found = tuple(listed[1].split("+"))
    else:
        found = tuple(LAYOUTS.get(BY_NUMBER.get(channels, ""), "").split())
    return found if len(found) == channels and len(set(found)) == channels else None


def known_layout(layout: str, channels: int) -> str | None:
    """Return the name of a layout, or what unlabelled channels are taken for; None where it is unknown."""
    return layout if layout in LAYOUTS else None if layout else BY_NUMBER.get(channels)


def mix_matrix(source: tuple[str, ...], target: tuple[str, ...]) -> Matrix:
    """Return the gain of each source channel in each target channel.

    Args:
        source: speakers in ffmpeg's order.
        target: likewise.

    Returns:
        A row for each target channel, a column for each source channel; linear gains.
    """
    if target == ("FC",):
        left, right = mix_matrix(source, ("FL", "FR"))
        return (tuple((a + b) / 2 for a, b in zip(left, right, strict=True)),)
    if source == ("FC",) and "FC" not in target:
        return tuple((1.0 if speaker in {"FL", "FR"} else 0.0,) for speaker in target)
    routes = [_route(speaker, target) for speaker in source]
    for pair in _SURROUNDS:
        if set(pair) <= set(source) and not set(pair) <= set(target):
            # Back and side share a speaker: at half the power each, together they are as loud as one pair.
            for speaker in pair:
                route = routes[source.index(speaker)]
                route.update({name: gain * HALF_POWER for name, gain in route.items()})
    return tuple(tuple(route.get(speaker, 0.0) for route in routes) for speaker in target)


def _route(speaker: str, target: tuple[str, ...]) -> dict[str, float]:
    if speaker in target:
        return {speaker: 1.0}
    folds = _FOLDS.get(speaker, ({},))
    fold = next((one for one in folds if set(one) <= set(target)), folds[-1])
    total: dict[str, float] = {}
    for place, gain in fold.items():
        for name, share in _route(place, target).items():
            total[name] = total.get(name, 0.0) + gain * share
    return total


def mix_any(layout: str) -> tuple[str, ...]:
    """Return filters that mix audio of any layout, by the names of its speakers; it may change midway.

    Where back and side speakers share one pair, they are not attenuated: a part may have only one of them.

    Args:
        layout: of the result, one of ffmpeg's names.
    """
    target = tuple(LAYOUTS[layout].split())
    named = sorted({speaker for speakers in LAYOUTS.values() for speaker in speakers.split()})
    if target == ("FC",):
        pairs = [_route(speaker, ("FL", "FR")) for speaker in named]
        routes = [{"FC": sum(route.values()) / 2} for route in pairs]
    else:
        routes = [_route(speaker, target) for speaker in named]
    rows = (
        "+".join(
            f"{_written(route[to])}*{speaker}"
            for speaker, route in zip(named, routes, strict=True)
            if route.get(to)
        )
        for to in target
    )
    pan = "pan=" + "|".join([layout, *(f"c{number}={row}" for number, row in enumerate(rows))])
    is_folded = target == ("FC",) or "FC" not in target
    return ("aformat=sample_fmts=fltp", *((_MONO_AT_ITS_LEVEL,) if is_folded else ()), pan)


def is_reordering(matrix: Matrix) -> bool:
    """Return whether every channel moves as it is, so that no sample changes."""
    lines = (*matrix, *zip(*matrix, strict=True))
    return len(matrix) == len(matrix[0]) and all(max(line) == sum(line) == 1.0 for line in lines)


def peak_gain(matrix: Matrix) -> float:
    """Return the highest level that channels at full scale can add up to in a target channel; linear."""
    return max(sum(map(abs, row)) for row in matrix)


def pan_filter(matrix: Matrix, layout: str) -> str:
    """Return ffmpeg's filter for the matrix; it numbers channels, because ffmpeg may guess another layout."""
    rows = (
        "+".join(f"{_written(gain)}*c{number}" for number, gain in enumerate(row) if gain) or "0*c0"
        for row in matrix
    )
    return "pan=" + "|".join([layout, *(f"c{number}={row}" for number, row in enumerate(rows))])


def _written(gain: float) -> str:
    return _UNITY if gain == 1.0 else f"{gain:.6g}"
