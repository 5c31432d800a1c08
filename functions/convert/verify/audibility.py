"""Checks that outputs are audible where their source is loudest; only that second of them is decoded."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain.errors import ConversionError, OutputMismatch

from ..ffmpeg.arguments import GUARDS, SINGLE_THREAD, TOLERATED
from ..ffmpeg.pcm_taps import PcmTap
from ..metering.levels import Meter
from ..metering.samples import FULL_SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..ffmpeg.run import FFmpeg
    from ..upload.streaming_upload import StreamingUpload

# Below this peak, audio cannot be distinguished from a codec's noise.
AUDIBLE = 10 ** (-50 / 20)
# At most the last bit moves.
SILENT = 1 / FULL_SCALE
_WINDOW_S = 1.0


@dataclass(frozen=True, slots=True)
class Playback:
    """One output to play.

    Attributes:
        encoded: meter of what was encoded.
        rate_hz, channels: of the output.
        upload: has the output's bytes, where they are not all in the file.
    """

    file: Path
    encoded: Meter
    rate_hz: int
    channels: int
    upload: StreamingUpload | None = None

    def new_meter(self) -> Meter:
        """Return a new meter for the output."""
        return Meter(self.rate_hz, self.channels)

    @property
    def begin_s(self) -> float:
        """Start of the window, with the loudest place in its middle."""
        return max(0.0, self.encoded.loudest_s - _WINDOW_S / 2)


def check_audible(ffmpeg: FFmpeg, outputs: Sequence[Playback]) -> None:
    """Decode a second of each output around its loudest place, all with one ffmpeg.

    Args:
        ffmpeg: in the outputs' folder; its input is replaced.
        outputs: what was encoded.

    Raises:
        OutputMismatch: an output is silent.
    """
    loud = [output for output in outputs if output.encoded.peak >= AUDIBLE]
    files = [output for output in loud if output.upload is None]
    for output, peak in zip(files, _window_peaks(ffmpeg, files) if files else (), strict=True):
        # Not every format is seekable to the sample, so the whole output decides.
        if peak <= SILENT and _whole_peak(replace(ffmpeg, source=output.file), output) <= SILENT:
            raise OutputMismatch("The output is silent, but the source is not.")
    for output in loud:
        if output.upload and not _is_audible(ffmpeg, output, output.upload):
            raise OutputMismatch("The output is silent, but the source is not.")


def _is_audible(ffmpeg: FFmpeg, output: Playback, upload: StreamingUpload) -> bool:
    """Decode the head, which is in the file, and if that is silent the whole output, from the bucket."""
    for write_to in (upload.write_head_to, upload.write_to):
        meter = output.new_meter()
        with suppress(ConversionError):  # a head ends early
            player = replace(ffmpeg, source=output.file, write_source=write_to, tolerated_share=TOLERATED)
            player.run((), taps=[PcmTap((), meter.rate_hz, meter.channels, meter.add)])
        if meter.peak > SILENT:
            return True
    return False


def _window_peaks(ffmpeg: FFmpeg, outputs: Sequence[Playback]) -> list[float]:
    meters = [output.new_meter() for output in outputs]
    window = (f"atrim=end={_WINDOW_S:g}",)
    taps = [
        PcmTap(window, meter.rate_hz, meter.channels, meter.add, number)
        for number, meter in enumerate(meters)
    ]
    first, *others = outputs
    inputs: list[str] = []
    for output in others:
        inputs += ["-ss", f"{output.begin_s:.3f}", *GUARDS, *SINGLE_THREAD, "-i", f"file:{output.file.name}"]
    with suppress(ConversionError):  # not every stream is seekable: then the whole output is decoded
        replace(ffmpeg, source=first.file).run((), inputs, taps, seek_s=first.begin_s)
    return [meter.peak for meter in meters]


def _whole_peak(ffmpeg: FFmpeg, output: Playback) -> float:
    meter = output.new_meter()
    ffmpeg.run((), taps=[PcmTap((), meter.rate_hz, meter.channels, meter.add)])
    return meter.peak
