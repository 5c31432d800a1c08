"""ffmpeg on one input: its command line, limits, progress and taps, and a first pass that normalises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from shared.domain.errors import TooLong

from ..process.runner import run
from .arguments import GUARDS, LARGE_PACKETS, SINGLE_THREAD, filter_chain
from .ebur128 import MEASURE, padding_to_a_block, parse_summary, without_padding
from .errors import error_of
from .limits import limit_exceeded
from .pcm_taps import PcmTap, open_taps
from .progress import progress_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from shared.domain.media import Loudness

    from ..process.limits import CompletedProcess, Limits
    from ..process.throttle import Throttle
    from .binaries import Tools

# Share of corrupt packets tolerated in a lossy stream; players skip them. Where two MP3s were joined, or a
# broadcast was cut, the tags and half frames in between are such packets.
_TOLERATED = ("-max_error_rate", "0.02")
# Two lines for each of them: enough to count them in an hour.
_MAX_LOG_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class NormalisedLayout:
    """What a source is converted to first, where it changes its format midway."""

    rate_hz: int
    channels: int


@dataclass(frozen=True, slots=True)
class FFmpeg:
    """Runs ffmpeg on one input, as often as needed.

    Attributes:
        source: the input file, in the folder where ffmpeg runs.
        limits: of each process.
        on_progress: receives the seconds of audio done; an exception from it ends ffmpeg.
        write_source: writes the input's bytes, where `source` holds only their beginning and end.
        stream: number of the audio stream to use, from 0.
        tolerant: whether some packets may be corrupt, as in a lossy stream; otherwise the first one fails.
        input_args: of the input's demuxer and decoder.
        normalise: what another ffmpeg converts the audio to first; None to take it as it is.
        reinit_filters: whether sample rate and channels may change midway. Filters are initialised again
            there, and an incomplete frame of an encoder is lost.
    """

    tools: Tools
    source: Path
    limits: Limits
    on_progress: Callable[[float], None]
    tolerant: bool = False
    write_source: Callable[[BinaryIO], None] | None = None
    input_args: tuple[str, ...] = ()
    stream: int = 0
    normalise: NormalisedLayout | None = None
    reinit_filters: bool = False

    @property
    def audio_map(self) -> str:
        """The input's audio, as `-map` takes it."""
        return "1:a:0" if self.normalise else f"0:a:{self.stream}"

    @property
    def input_count(self) -> int:
        """Number of inputs before those that a pass adds."""
        return 2 if self.normalise else 1

    def run(
        self,
        outputs: Sequence[str],
        inputs: Sequence[str] = (),
        taps: Sequence[PcmTap] = (),
        *,
        seek_s: float = 0.0,
        verbose: bool = False,
        throttle: Throttle | None = None,
    ) -> CompletedProcess:
        """Make one pass over the input.

        Args:
            outputs: arguments of every output file, in the input's folder.
            inputs: arguments of further inputs, which must be files of our own.
            taps: callbacks for the decoded audio.
            seek_s: where in the input to start.
            verbose: whether ffmpeg logs what filters measured; otherwise it logs errors only.
            throttle: pauses ffmpeg from another thread.

        Raises:
            FormatChanged: the input has to be normalised first.
            ConversionTimedOut: a time limit was reached.
            TooLarge: the limit of file size was reached.
            TooLong: there is more audio than the limits allow.
            TooManyChannels: ffmpeg cannot mix them.
            Truncated: the input ends early.
            NotAudio: nothing of it can be decoded.
            Damaged: some of it cannot be decoded.
            EncoderFailed: any other failure of ffmpeg.
        """
        with open_taps(self.source.parent, taps, self.audio_map) as tap_outputs:
            argv = [self.tools.ffmpeg, "-nostdin", "-hide_banner", "-y"]
            argv += _TOLERATED if self.tolerant else ["-xerror"]
            argv += ["-loglevel", "info" if verbose else "error", "-progress", "pipe:1", "-nostats"]
            argv += ["-ss", f"{seek_s:.3f}"] if seek_s else []
            argv += [*self._input_args(), *inputs, *outputs, *tap_outputs]
            completed = run(
                argv,
                self.source.parent,
                self.limits,
                progress_reader(self._check_progress),
                write_stdin=self._write_normalised if self.normalise else self.write_source,
                throttle=throttle,
                max_errors=_MAX_LOG_BYTES,
            )
        if exceeded := limit_exceeded(completed, self.limits):
            raise exceeded
        if completed.code != 0:
            raise error_of(completed)
        return completed

    def measure(self, filters: Sequence[str], seconds: float | None = None) -> Loudness:
        """Measure the loudness behind these filters; of clips shorter than 0.4 s only with their length.

        Raises:
            EncoderFailed: ffmpeg reported none; and as `run`.
        """
        measuring = filter_chain([*filters, *padding_to_a_block(seconds), MEASURE])
        outputs = ["-map", self.audio_map, "-af", measuring, "-f", "null", "pipe:2"]
        return without_padding(parse_summary(self.run(outputs, verbose=True).errors), seconds)

    def _input_args(self) -> list[str]:
        name = "pipe:0" if self.write_source and not self.normalise else f"file:{self.source.name}"
        fixed = [] if self.reinit_filters else ["-reinit_filter", "0"]
        normalised = [*GUARDS, *SINGLE_THREAD, *LARGE_PACKETS, "-i", "pipe:0"] if self.normalise else []
        return [*GUARDS, *SINGLE_THREAD, *fixed, *self.input_args, "-i", name, *normalised]

    def _write_normalised(self, into: BinaryIO) -> None:
        """Write all audio in one format; floating point holds what all codecs decode to that can change."""
        assert self.normalise  # noqa: S101  # see `run`

        def write(chunk: memoryview) -> None:
            into.write(chunk)

        wav = ("-c:a", "pcm_f32le", "-f", "wav")
        tap = PcmTap((), self.normalise.rate_hz, self.normalise.channels, write, format_args=wav)
        # Flushing raises when the main ffmpeg has ended, which ends this one too.
        first = replace(self, normalise=None, reinit_filters=True, on_progress=lambda _: into.flush())
        first.run((), taps=[tap])

    def _check_progress(self, done_s: float) -> None:
        if done_s > self.limits.audio_s:
            raise TooLong("The audio is longer than the file claims, and longer than the limit.")
        self.on_progress(done_s)
