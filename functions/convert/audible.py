"""Whether an output can be heard where its source is loudest; only that second of it is decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import OutputMismatch

from .engine import Tap
from .levels import FULL_SCALE, Meter

if TYPE_CHECKING:
    from .engine import Engine

# What is below cannot be told from a codec's own noise.
AUDIBLE = 10 ** (-50 / 20)
# Nothing but the last bit moves.
SILENT = 1 / FULL_SCALE
WINDOW_S = 1.0


def check_audible(engine: Engine, heard: Meter, rate_hz: int, channels: int) -> None:
    """Decode a second of an output around the loudest place of what went into it.

    Args:
        engine: ffmpeg on the output.
        heard: what went in.
        rate_hz: of the output.
        channels: of the output.

    Raises:
        OutputMismatch: it is silent.
    """
    if heard.peak < AUDIBLE:
        return
    begin_s = max(0.0, heard.loudest_s - WINDOW_S / 2)
    window = _peak(engine, begin_s, (f"atrim=end={WINDOW_S:g}",), rate_hz, channels)
    # Seeking is not exact in every format: before anything is said of it, all of it is heard.
    if window <= SILENT and _peak(engine, 0.0, (), rate_hz, channels) <= SILENT:
        raise OutputMismatch("The result is silent, and the source is not.")


def _peak(engine: Engine, begin_s: float, filters: tuple[str, ...], rate_hz: int, channels: int) -> float:
    meter = Meter(rate_hz, channels)
    engine.run((), taps=[Tap(filters, rate_hz, channels, meter.feed)], seek_s=begin_s)
    meter.close()
    return meter.peak
