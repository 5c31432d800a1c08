"""Whether outputs can be heard where their source is loudest; only that second of them is decoded."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain.errors import ConversionError, OutputMismatch

from ..ffmpeg.pcm_taps import PcmTap
from ..ffmpeg.probe import GUARDS
from ..ffmpeg.run import SINGLE
from ..metering.levels import Meter
from ..metering.samples import FULL_SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..ffmpeg.run import FFmpeg
    from ..upload.streaming_upload import StreamingUpload

# What is below cannot be told from a codec's own noise.
AUDIBLE = 10 ** (-50 / 20)
# Nothing but the last bit moves.
SILENT = 1 / FULL_SCALE
WINDOW_S = 1.0


@dataclass(frozen=True, slots=True)
class Playback:
    """One output, and what went into it.

    Attributes:
        rate_hz: of the output, as its channels.
        flow: how to come by its bytes, where they do not all lie in the file.
    """

    file: Path
    heard: Meter
    rate_hz: int
    channels: int
    flow: StreamingUpload | None = None

    def meter(self) -> Meter:
        """A fresh ear for the output."""
        return Meter(self.rate_hz, self.channels)

    @property
    def begin_s(self) -> float:
        """Half a second before the loudest place."""
        return max(0.0, self.heard.loudest_s - WINDOW_S / 2)


def check_audible(engine: FFmpeg, outputs: Sequence[Playback]) -> None:
    """Decode a second of each output around the loudest place of what went into it, all by one ffmpeg.

    Args:
        engine: ffmpeg in the outputs' folder; its source is not touched.
        outputs: what was encoded.

    Raises:
        OutputMismatch: an output is silent.
    """
    loud = [output for output in outputs if output.heard.peak >= AUDIBLE]
    lying = [output for output in loud if output.flow is None]
    for output, peak in zip(lying, _windows(engine, lying) if lying else (), strict=True):
        # Seeking is not exact in every format: before anything is said of it, all of it is heard.
        if peak <= SILENT and _whole(replace(engine, source=output.file), output) <= SILENT:
            raise OutputMismatch("The output is silent, but the source is not.")
    for output in loud:
        if output.flow and not _plays(engine, output, output.flow):
            raise OutputMismatch("The output is silent, but the source is not.")


def _plays(engine: FFmpeg, output: Playback, flow: StreamingUpload) -> bool:
    """Whether anything is heard in the head, which lies here; else in all of it, which has to come back."""
    for feed in (flow.pour_head, flow.pour):
        meter = output.meter()
        with suppress(ConversionError):  # a head breaks off
            listening = replace(engine, source=output.file, feed=feed, tolerant=True)
            listening.run((), taps=[PcmTap((), meter.rate_hz, meter.channels, meter.feed)])
        if meter.peak > SILENT:
            return True
    return False


def _windows(engine: FFmpeg, outputs: Sequence[Playback]) -> list[float]:
    """The peak of each output's window."""
    meters = [output.meter() for output in outputs]
    taps = [
        PcmTap((f"atrim=end={WINDOW_S:g}",), meter.rate_hz, meter.channels, meter.feed, number)
        for number, meter in enumerate(meters)
    ]
    first, *others = outputs
    inputs: list[str] = []
    for output in others:
        inputs += ["-ss", f"{output.begin_s:.3f}", *GUARDS, *SINGLE, "-i", f"file:{output.file.name}"]
    with suppress(ConversionError):  # not every stream can be entered in the middle: then all of it is heard
        replace(engine, source=first.file).run((), inputs, taps, seek_s=first.begin_s)
    return [meter.peak for meter in meters]


def _whole(engine: FFmpeg, output: Playback) -> float:
    meter = output.meter()
    engine.run((), taps=[PcmTap((), meter.rate_hz, meter.channels, meter.feed)])
    return meter.peak
