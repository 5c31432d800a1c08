"""The audio filters of one output, in the order in which they work: cut, tempo, channels, fades, level."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.domain.options import Options

# The limiter looks this far ahead, and delays the sound by as much.
_LOOK_AHEAD_S, _RELEASE_S = 0.005, 0.05
# Peaks between samples show at four times the usual rates (ITU-R BS.1770).
_OVERSAMPLED_HZ = 192_000


def shape(
    options: Options,
    span: tuple[float, float] | None,
    layout: str | None,
    duration_s: float | None,
    rate_hz: int,
    *,
    target_hz: int | None = None,
) -> list[str]:
    """What changes time and channels, and the fades: loudness is measured behind these.

    Args:
        options: what was asked for.
        span: beginning and end in seconds of what trimming silence leaves; it overrides the options' own.
        layout: filter that changes the layout of the channels, where that has to be.
        duration_s: of the result; a fade at the end needs to know where that is.
        rate_hz: of the source.
        target_hz: of the result; what a lower rate takes away is not heard, and must not be measured.
    """
    start_s, end_s = span or (options.start_s or 0.0, options.end_s)
    filters = []
    if start_s or end_s is not None:
        end = "" if end_s is None else f":end={end_s:.6f}"
        filters += [f"atrim=start={start_s:.6f}{end}", "asetpts=PTS-STARTPTS"]
    if options.speed not in {None, 1}:
        # Where ffmpeg chose another sample format or rate, the stretches would end otherwise.
        pinned = "aformat=sample_fmts=flt"
        filters += [pinned, f"atempo={options.speed:g}", pinned, f"aresample={rate_hz}"]
    if layout:
        filters.append(layout)
    if options.loudness_lufs is not None and target_hz not in {None, rate_hz}:
        filters.append(f"aresample={target_hz}")
    return filters + _fades(options, duration_s)


def _fades(options: Options, duration_s: float | None) -> list[str]:
    filters = []
    if options.fade_in_s:
        filters.append(f"afade=t=in:d={options.fade_in_s:g}")
    if options.fade_out_s and duration_s:
        fade_s = min(options.fade_out_s, duration_s)
        filters.append(f"afade=t=out:st={duration_s - fade_s:.6f}:d={fade_s:.6f}")
    return filters


def level(gain_db: float, ceiling_dbtp: float | None, rate_hz: int) -> list[str]:
    """Change of level, with a limiter for true peaks where there is a ceiling.

    The limiter's delay is taken back: as much silence is put behind as is cut off in front.
    """
    filters = [f"volume={gain_db:.4f}dB"] if gain_db else []
    if ceiling_dbtp is None:
        return filters
    attack, release = f"attack={_LOOK_AHEAD_S * 1000:g}", f"release={_RELEASE_S * 1000:g}"
    oversampled = rate_hz * max(1, -(-_OVERSAMPLED_HZ // rate_hz))
    return [
        *filters,
        f"apad=pad_dur={_LOOK_AHEAD_S}",
        f"aresample={oversampled}",
        f"alimiter=limit={10 ** (ceiling_dbtp / 20):.6f}:{attack}:{release}:level=false",
        f"aresample={rate_hz}",
        f"atrim=start={_LOOK_AHEAD_S}",
        "asetpts=PTS-STARTPTS",
    ]
