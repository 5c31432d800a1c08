"""Whether outputs can be heard where their source is loudest; only that second of them is decoded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.errors import OutputMismatch

from .engine import SINGLE, Tap
from .levels import Meter
from .probe import GUARDS
from .samples import FULL_SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .engine import Engine

# What is below cannot be told from a codec's own noise.
AUDIBLE = 10 ** (-50 / 20)
# Nothing but the last bit moves.
SILENT = 1 / FULL_SCALE
WINDOW_S = 1.0


@dataclass(frozen=True, slots=True)
class Played:
    """One output, and what went into it.

    Attributes:
        rate_hz: of the output, as its channels.
    """

    file: Path
    heard: Meter
    rate_hz: int
    channels: int

    def meter(self) -> Meter:
        """A fresh ear for the output."""
        return Meter(self.rate_hz, self.channels)

    @property
    def begin_s(self) -> float:
        """Half a second before the loudest place."""
        return max(0.0, self.heard.loudest_s - WINDOW_S / 2)


def check_audible(engine: Engine, outputs: Sequence[Played]) -> None:
    """Decode a second of each output around the loudest place of what went into it, all by one ffmpeg.

    Args:
        engine: ffmpeg in the outputs' folder; its source is not touched.
        outputs: what was encoded.

    Raises:
        OutputMismatch: an output is silent.
    """
    loud = [output for output in outputs if output.heard.peak >= AUDIBLE]
    if not loud:
        return
    for output, peak in zip(loud, _windows(engine, loud), strict=True):
        # Seeking is not exact in every format: before anything is said of it, all of it is heard.
        if peak <= SILENT and _whole(replace(engine, source=output.file), output) <= SILENT:
            raise OutputMismatch("The result is silent, and the source is not.")


def _windows(engine: Engine, outputs: Sequence[Played]) -> list[float]:
    """The peak of each output's window."""
    meters = [output.meter() for output in outputs]
    taps = [
        Tap((f"atrim=end={WINDOW_S:g}",), meter.rate_hz, meter.channels, meter.feed, number)
        for number, meter in enumerate(meters)
    ]
    first, *others = outputs
    inputs: list[str] = []
    for output in others:
        inputs += ["-ss", f"{output.begin_s:.3f}", *GUARDS, *SINGLE, "-i", f"file:{output.file.name}"]
    replace(engine, source=first.file).run((), inputs, taps, seek_s=first.begin_s)
    return [meter.peak for meter in meters]


def _whole(engine: Engine, output: Played) -> float:
    meter = output.meter()
    engine.run((), taps=[Tap((), meter.rate_hz, meter.channels, meter.feed)])
    return meter.peak
