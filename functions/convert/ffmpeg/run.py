"""ffmpeg on one source file: guards, limits, progress, ears, and a first pass that evens what changes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from shared.domain.errors import TooLong

from ..process.runner import run
from .demuxer import LARGE_PACKETS
from .ebur128 import filling, meter, read_summary, without_filling
from .errors import failure
from .filtergraph import chain
from .limits import limit_exceeded
from .pcm_taps import PcmTap, listening
from .probe import GUARDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from shared.domain.media import Loudness

    from ..process.limits import CompletedProcess, Limits
    from ..process.throttle import Throttle
    from .binaries import Tools

# Of a lossy stream's packets, how many may be spoilt: players play over them. Where two MP3s were joined or
# a broadcast was cut, the tags and the half frames in between are such.
_TOLERATED = ("-max_error_rate", "0.02")
# Input arguments: a decoder's threads gain nothing beside an encoder, and each takes address space.
SINGLE = ("-threads", "1")


@dataclass(frozen=True, slots=True)
class NormalisedLayout:
    """What sound is like as a whole."""

    rate_hz: int
    channels: int


@dataclass(frozen=True, slots=True)
class FFmpeg:
    """Runs ffmpeg on one source, as often as it takes.

    Attributes:
        source: the input, in the folder where ffmpeg runs.
        limits: of each process.
        on_progress: called with the seconds of audio done; what it raises ends ffmpeg.
        feed: writes the source's bytes; where it is there, `source` holds only the head and the end.
        stream: which of the source's audio streams it is, from 0.
        tolerant: whether a few packets may be undecodable, as in a lossy stream; else the first one ends it.
        demuxer: arguments of the source's demuxer.
        even: what all of the sound is brought to beforehand, by an ffmpeg of its own; None takes it as it is.
        changing: whether rate and channels may change in the middle: there filters begin once more, and what
            an encoder has not got enough of for a frame is lost.
    """

    tools: Tools
    source: Path
    limits: Limits
    on_progress: Callable[[float], None]
    tolerant: bool = False
    feed: Callable[[BinaryIO], None] | None = None
    demuxer: tuple[str, ...] = ()
    stream: int = 0
    even: NormalisedLayout | None = None
    changing: bool = False

    @property
    def sound(self) -> str:
        """The source's sound, as `-map` takes it."""
        return "1:a:0" if self.even else f"0:a:{self.stream}"

    @property
    def inputs(self) -> int:
        """How many come before those that a pass brings along."""
        return 2 if self.even else 1

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
        """One pass over the source.

        Args:
            outputs: arguments of every file that comes out, in the source's folder.
            inputs: arguments of further inputs, all of our own making.
            taps: who hears what is decoded in this same pass.
            seek_s: where in the source to begin.
            throttle: pauses ffmpeg from another thread.
            verbose: whether meters shall say their summaries; otherwise only complaints are kept.

        Raises:
            Uneven: it has to be evened first.
            ConversionTimedOut: it ran into the limits of time.
            TooLarge: it ran into that of file size.
            TooLong: there is more sound than the limits allow.
            TooManyChannels: nobody knows how to mix them.
            Truncated: the input breaks off.
            NotAudio: nothing of it can be decoded.
            Damaged: not all of it can.
            EncoderFailed: anything else that ffmpeg complains of.
        """
        with listening(self.source.parent, taps, self.sound) as heard:
            argv = [self.tools.ffmpeg, "-nostdin", "-hide_banner", "-y"]
            argv += _TOLERATED if self.tolerant else ["-xerror"]
            argv += ["-loglevel", "info" if verbose else "error", "-progress", "pipe:1", "-nostats"]
            argv += ["-ss", f"{seek_s:.3f}"] if seek_s else []
            argv += [*self._source(), *inputs, *outputs, *heard]
            feed = self._pour_even if self.even else self.feed
            reader = _reader(self._heed)
            finished = run(argv, self.source.parent, self.limits, reader, write_stdin=feed, throttle=throttle)
        if exceeded := limit_exceeded(finished, self.limits):
            raise exceeded
        if finished.code != 0:
            raise failure(finished)
        return finished

    def _source(self) -> list[str]:
        name = "pipe:0" if self.feed and not self.even else f"file:{self.source.name}"
        once = [] if self.changing else ["-reinit_filter", "0"]
        evened = [*GUARDS, *SINGLE, *LARGE_PACKETS, "-i", "pipe:0"] if self.even else []
        return [*GUARDS, *SINGLE, *once, *self.demuxer, "-i", name, *evened]

    def _pour_even(self, into: BinaryIO) -> None:
        """Write all of the sound in one shape; floating point holds what any such codec gives."""
        assert self.even  # noqa: S101  # whoever calls knows

        def pass_on(chunk: memoryview) -> None:
            into.write(chunk)

        wav = ("-c:a", "pcm_f32le", "-f", "wav")
        tap = PcmTap((), self.even.rate_hz, self.even.channels, pass_on, form=wav)
        # Nobody has to wait for the end of it when whoever reads it is gone.
        first = replace(self, even=None, changing=True, on_progress=lambda _: into.flush())
        first.run((), taps=[tap])

    def _heed(self, done_s: float) -> None:
        if done_s > self.limits.audio_s:
            raise TooLong("The audio is longer than the file claims, and longer than the limit.")
        self.on_progress(done_s)

    def measure(self, filters: Sequence[str], seconds: float | None = None) -> Loudness:
        """Loudness of the source behind these filters; of a short sound only if its length is told."""
        measured = chain([*filters, *filling(seconds), meter("loudness")])
        outputs = ["-map", self.sound, "-af", measured, "-f", "null", "pipe:2"]
        return without_filling(read_summary(self.run(outputs, verbose=True).errors, "loudness"), seconds)


def _reader(on_progress: Callable[[float], None]) -> Callable[[bytes], None]:
    """Reads ffmpeg's report; `out_time_us` counts microseconds of audio written.

    While ffmpeg says nothing, the last figure is given again: whoever listens may want to stop it.
    """
    done_s = 0.0

    def read(chunk: bytes) -> None:
        nonlocal done_s
        figures = re.findall(rb"out_time_us=(\d+)", chunk)
        done_s = int(figures[-1]) / 1_000_000 if figures else done_s
        on_progress(done_s)

    return read
