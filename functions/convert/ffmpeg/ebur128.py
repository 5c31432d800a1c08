"""Loudness by EBU R 128: the filter that measures it, and the report that this filter writes."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from shared.domain.errors import EncoderFailed
from shared.domain.media import Loudness

# The absolute gate: ffmpeg reports -70 for silence.
_GATE_LUFS = -70.0
# Loudness is measured in blocks of this length (ITU-R BS.1770). Padding is a little longer, because of the
# resampler's delay.
_BLOCK_S, _PADDED_S = 0.4, 0.41
_NAME = "loudness"
_SUMMARY = re.compile(
    rf"\[ebur128@{_NAME} @ [^\]]*\] Summary:.*?"
    r"I:\s+(?P<integrated>\S+) LUFS.*?LRA:\s+(?P<range>\S+) LU\b.*?Peak:\s+(?P<peak>\S+) dBFS",
    re.DOTALL,
)
_SUMMARY_CHARACTERS = 2000
# ffmpeg logs the filter's summary at level `info`.
MEASURE = f"ebur128@{_NAME}=peak=true:framelog=verbose"


def padding_to_a_block(seconds: float | None) -> tuple[str, ...]:
    """Return a filter that appends silence to audio that is shorter than a block, which has no loudness."""
    is_short = seconds is not None and seconds < _BLOCK_S
    return (f"apad=whole_dur={_PADDED_S}",) if is_short else ()


def without_padding(measured: Loudness, seconds: float | None) -> Loudness:
    """Return the loudness of the audio alone, as if it filled the block."""
    if measured.integrated_lufs is None or not seconds or seconds >= _BLOCK_S:
        return measured
    more_lu = 10 * math.log10(_BLOCK_S / seconds)
    return replace(measured, integrated_lufs=round(measured.integrated_lufs + more_lu, 1))


def parse_summary(log: str) -> Loudness:
    """Return what the filter measured.

    Raises:
        EncoderFailed: there is no summary in ffmpeg's log.
    """
    # The last one is the filter's; a tag of the source may look like another.
    begin = max(0, log.rfind(f"[ebur128@{_NAME} @ "))
    found = _SUMMARY.match(log[begin : begin + _SUMMARY_CHARACTERS])
    if not found:
        raise EncoderFailed from RuntimeError(f"no summary of ebur128 in: {log[-500:]}")
    integrated, peak = float(found["integrated"]), float(found["peak"])
    return Loudness(
        integrated if integrated > _GATE_LUFS else None,
        float(found["range"]),
        peak if peak > float("-inf") else None,
    )
