"""ffmpeg on one input: its command line, limits, progress and taps, and a first ffmpeg that normalises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from shared.domain.errors import TooLong

from ..process.limits import MIB
from ..process.runner import run
from .arguments import GUARDS, LARGE_PACKETS, SINGLE_THREAD, TOLERATED
from .errors import LongGaps, error_of, gave_up
from .limits import limit_exceeded
from .normalise import WAV_ARGS, GapWriter
from .pcm_taps import PcmTap, open_taps
from .progress import progress_reader
from .resampling import resample_to_floats
from .timeline import Timeline, read_jumps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ..process.limits import Limits
    from ..process.throttle import Throttle
    from .binaries import Tools
    from .normalise import NormalisedLayout
    from .timeline import Jump, TimelineReport

# Damaged packets, and hours of a conversation in which each pause is a jump of the clock.
_MAX_LOG_BYTES = 4 * MIB


@dataclass(frozen=True, slots=True)
class CompletedPass:
    """How a pass went.

    Attributes:
        errors: end of ffmpeg's log.
        jumps: of the source's clock; none without a tap.
        timeline: what became of them.
    """

    errors: str
    jumps: Sequence[Jump]
    timeline: TimelineReport


@dataclass(frozen=True, slots=True)
class FFmpeg:
    """Runs ffmpeg on one input, as often as needed.

    Attributes:
        source: the input file, in the folder where ffmpeg runs.
        limits: of each process.
        on_progress: receives the seconds of audio done; an exception from it ends ffmpeg.
        write_source: writes the input's bytes, where `source` holds only their beginning and end.
        stream: number of the audio stream to use, from 0.
        tolerated_share: of packets that may be corrupt, as in a lossy stream; with 0, the first one fails.
        input_args: of the input's demuxer and decoder.
        normalise: what another ffmpeg converts the audio to first; None to take it as it is.
        timeline: of the input.
        reinit_filters: whether sample rate and channels may change midway. Filters are initialised again
            there, and an incomplete frame of an encoder is lost.
    """

    tools: Tools
    source: Path
    limits: Limits
    on_progress: Callable[[float], None]
    tolerated_share: float = 0.0
    write_source: Callable[[BinaryIO], None] | None = None
    input_args: tuple[str, ...] = ()
    stream: int = 0
    normalise: NormalisedLayout | None = None
    timeline: Timeline = Timeline()  # noqa: RUF009  # immutable
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
    ) -> CompletedPass:
        """Make one pass over the input.

        Args:
            outputs: arguments of every output file, in the input's folder.
            inputs: arguments of further inputs, which must be files of our own.
            taps: callbacks for the decoded audio.
            seek_s: where in the input to start.
            verbose: whether ffmpeg logs what filters measured; otherwise it logs errors only.
            throttle: pauses ffmpeg from another thread.

        Raises:
            FormatChanged, LongGaps: the input has to be normalised first.
            ConversionTimedOut: a time limit was reached.
            TooLarge: the limit of file size was reached.
            TooLong: there is more audio than the limits allow.
            TooManyChannels: ffmpeg cannot mix them.
            Truncated: the input ends early.
            NotAudio: nothing of it can be decoded.
            Damaged: some of it cannot be decoded.
            EncoderFailed: any other failure of ffmpeg.
        """
        jumps: list[Jump] = []
        timeline = self._timeline
        with open_taps(self.source.parent, taps, self.audio_map, timeline) as tap_outputs:
            argv = [self.tools.ffmpeg, "-nostdin", "-hide_banner", "-y"]
            # The end of a piped WAV, of unknown length, looks truncated; the first ffmpeg is strict instead.
            share = max(self.tolerated_share, TOLERATED if self.normalise else 0.0)
            argv += ["-max_error_rate", f"{share:.3f}"] if share else ["-xerror"]
            argv += ["-loglevel", f"repeat+{'info' if verbose else 'error'}"]
            argv += ["-progress", "pipe:1", "-nostats"]
            argv += ["-ss", f"{seek_s:.3f}"] if seek_s else []
            argv += [*self._input_args(), *inputs, *outputs, *tap_outputs]
            completed = run(
                argv,
                self.source.parent,
                self.limits,
                progress_reader(self._check_progress),
                max_errors=_MAX_LOG_BYTES,
                write_stdin=partial(self._write_normalised, jumps) if self.normalise else self.write_source,
                throttle=throttle,
            )
        if exceeded := limit_exceeded(completed, self.limits):
            raise exceeded
        errors, logged = read_jumps(completed.errors)
        if completed.code != 0 or gave_up(errors):
            raise error_of(replace(completed, errors=errors))
        return self._completed(errors, (*jumps, *logged))

    @property
    def timeline_filters(self) -> tuple[str, ...]:
        """The filters that come first in every chain."""
        return self._timeline.filters()

    @property
    def _timeline(self) -> Timeline:
        return Timeline() if self.normalise else self.timeline

    def _completed(self, errors: str, jumps: Sequence[Jump]) -> CompletedPass:
        filled = self.normalise.gaps if self.normalise else ()
        long_gaps = self.timeline.long_gaps(jumps)
        if long_gaps and not self.normalise and not self.reinit_filters:
            raise LongGaps(long_gaps)
        return CompletedPass(errors, jumps, self.timeline.report(jumps, filled))

    def _input_args(self) -> list[str]:
        name = "pipe:0" if self.write_source and not self.normalise else f"file:{self.source.name}"
        fixed = [] if self.reinit_filters else ["-reinit_filter", "0"]
        normalised = [*GUARDS, *SINGLE_THREAD, *LARGE_PACKETS, "-i", "pipe:0"] if self.normalise else []
        arguments = [*self.input_args, *self.timeline.input_args]
        return [*GUARDS, *SINGLE_THREAD, *fixed, *arguments, "-i", name, *normalised]

    def _write_normalised(self, jumps: list[Jump], into: BinaryIO) -> None:
        """Write all audio in one layout, and append the jumps of its clock."""
        assert self.normalise  # noqa: S101  # see `run`
        layout = self.normalise
        writer = GapWriter(into, layout.byte_gaps())
        filters = (*layout.mix, resample_to_floats(layout.rate_hz, self.tools))
        tap = PcmTap(filters, layout.rate_hz, layout.channels, writer.write, format_args=WAV_ARGS)
        # Flushing raises when the main ffmpeg has ended, which ends this one too.
        first = replace(self, normalise=None, reinit_filters=True, on_progress=lambda _: into.flush())
        jumps += first.run((), taps=[tap]).jumps

    def _check_progress(self, done_s: float) -> None:
        if done_s > self.limits.audio_s:
            raise TooLong("The audio is longer than the file claims, and longer than the limit.")
        self.on_progress(done_s)
