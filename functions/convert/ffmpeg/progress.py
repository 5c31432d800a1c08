"""Reads ffmpeg's progress report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Of the `-progress` option: microseconds of audio written so far.
_OUT_TIME = re.compile(rb"out_time_us=(\d+)")


def progress_reader(on_progress: Callable[[float], None]) -> Callable[[bytes], None]:
    """Return a reader of ffmpeg's report that passes on the seconds of audio done.

    While ffmpeg reports nothing, it repeats the last figure, so that the callback can still stop ffmpeg.
    """
    done_s = 0.0

    def read(chunk: bytes) -> None:
        nonlocal done_s
        figures = _OUT_TIME.findall(chunk)
        done_s = int(figures[-1]) / 1_000_000 if figures else done_s
        on_progress(done_s)

    return read


def decoded_any(report: bytes) -> bool:
    """Return whether the report shows any audio."""
    return any(int(figure) > 0 for figure in _OUT_TIME.findall(report))
