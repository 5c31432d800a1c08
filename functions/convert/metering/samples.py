"""16-bit samples as pydub's `AudioSegment`, and their extremes."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

SAMPLE_BYTES = 2
FULL_SCALE = 32_768


@cache
def pydub() -> Any:  # noqa: ANN401  # it is untyped
    """Return the module of `AudioSegment`; the first call takes some 20 ms."""
    with warnings.catch_warnings():
        # It looks for ffmpeg, which it does not run here, and imports what Python 3.13 removes.
        warnings.simplefilter("ignore")
        from pydub import audio_segment  # noqa: PLC0415  # only a conversion needs it: start-up
    return audio_segment


def segment(data: bytes | memoryview, rate_hz: int, channels: int) -> Any:  # noqa: ANN401  # as above
    """Return the samples, whole frames only, as an `AudioSegment`."""
    kind = pydub().AudioSegment
    return kind(data=data, sample_width=SAMPLE_BYTES, frame_rate=rate_hz, channels=channels)


def extremes(data: bytes | memoryview) -> tuple[int, int]:
    """Return the lowest and the highest sample; `AudioSegment.max` has no sign."""
    low, high = pydub().audioop.minmax(data, SAMPLE_BYTES)
    return low, high
