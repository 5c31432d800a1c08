"""The clock of the container: gaps become silence, overlaps are trimmed, and any other jump is cut.

A recorder that sends nothing while no one speaks (Opus DTX in WebRTC), a film whose sound pauses, a broadcast
with lost packets: their length is on the container's clock, not in the samples. ffmpeg's decoders leave the
clock to its filters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shared.domain.media import Probe

# Less than a packet of any codec, and more than clocks of milliseconds or bit reservoirs are off by.
JITTER_S = 0.015
# ffmpeg takes the timestamps of MPEG program streams for those of a frame earlier or later.
CLOCKS = {
    "matroska,webm": JITTER_S,
    "mov,mp4,m4a,3gp,3g2,mj2": JITTER_S,
    "ogg": JITTER_S,
    "mpegts": JITTER_S,
    "flv": JITTER_S,
    "asf": JITTER_S,
    "mpeg": 0.1,
}
# A jump of this many seconds joins two recordings. Between ffmpeg's own 10 s and this, it changes nothing.
CUT_S = 7200
_DISCONTINUITY = ("-dts_delta_threshold", str(CUT_S))
# Joined recordings jump back to their beginning, or by more than an overlap of packets.
MAX_OVERLAP_S, _BEGINNING_S = 10, 1
# The resampler keeps the silence of a gap in memory, about three times, with up to 8 bytes per sample.
_MAX_SILENCE_BYTES, _BYTES_PER_SAMPLE = 64 * 1024 * 1024, 8
# Some containers start late. A clock that counts samples starts at 0.
_BY_TIMESTAMPS = ("-advanced_editlist", "0")
_COUNTED = "asetpts=round(N/SR/TB)"
# At the source's rate: otherwise the filter would take the output's.
_FILL = "aresample={rate_hz}:async=1:min_hard_comp=0.005"
_FINITE = "aeval='if(isnan(val(ch))+isinf(val(ch)),0,val(ch))':c=same"
# As `print` of ffmpeg's expressions logs a number; not every version says who logs.
_LOGGED = re.compile(r"^(?:\[Eval @ [^\]]*\] )?(-?\d+\.\d{6})\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Jump:
    """A place where the clock does not continue.

    Attributes:
        at_s: its place in the audio that comes out.
        seconds: of the gap; negative for an overlap.
    """

    at_s: float
    seconds: float


@dataclass(frozen=True, slots=True)
class TimelineReport:
    """What became of the jumps in one pass.

    Attributes:
        gaps, filled_s: that were filled with silence.
        overlaps, trimmed_s: that were trimmed.
        cut_s: of jumps that are no gaps.
    """

    gaps: int = 0
    filled_s: float = 0.0
    overlaps: int = 0
    trimmed_s: float = 0.0
    cut_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PlayedPart:
    """The samples that are audio, and not the priming or padding of their encoder.

    Attributes:
        begin: samples to drop, beside those that ffmpeg drops because it knows of them.
        length: samples to take; None for all.
        by_timestamps: whether what is before timestamp 0 is priming. In fragments, ffmpeg decodes that.
    """

    begin: int = 0
    length: int | None = None
    by_timestamps: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """How a source's timestamps become a continuous timeline.

    Attributes:
        jitter_s: difference from the expected timestamp that means nothing; None if the container has no
            clock, or one that starts again in each of several joined parts.
        max_fill_s: longest gap that ffmpeg can fill in bounded memory.
        part: what to take of it.
        rate_hz: of the source.
        is_finite: whether samples that are no numbers become silent.
    """

    jitter_s: float | None = None
    max_fill_s: float = 0.0
    part: PlayedPart = PlayedPart()  # immutable
    rate_hz: int = 0
    is_finite: bool = False

    @property
    def input_args(self) -> tuple[str, ...]:
        """The input's arguments for ffmpeg."""
        return (
            *(_DISCONTINUITY if self.jitter_s else ()),
            *(_BY_TIMESTAMPS if self.part.by_timestamps else ()),
        )

    def filters(self, *, logs: bool = False) -> tuple[str, ...]:
        """Return the filters that come before all others; `logs` for the one chain whose log is read."""
        finite = (_FINITE,) if self.is_finite else ()
        if self.jitter_s is None:
            return (_COUNTED, *finite, *self._trim())
        expression = _expression(self.jitter_s, self.max_fill_s, logs=logs)
        return (f"asetpts='{expression}'", *finite, _FILL.format(rate_hz=self.rate_hz), *self._trim())

    def _trim(self) -> tuple[str, ...]:
        begin, length = self.part.begin, self.part.length
        if length is None:
            return ()
        trim = f"atrim=start_sample={begin}:end_sample={begin + length}"
        return (trim, "asetpts=PTS-STARTPTS") if begin else (trim,)

    @property
    def copy_args(self) -> tuple[str, ...]:
        """The output's arguments that log jumps while packets are copied, changing nothing."""
        if self.jitter_s is None:
            return ()
        # Variables: 2 timestamp before, 4 least duration: the one before a gap may include it.
        jump = "(PTS-ld(2)-ld(4))*TB"
        logged = (
            "st(4,if(gt(DURATION,0),if(ld(4),min(ld(4),DURATION),DURATION),ld(4)));"
            f"if(gt(N,1)*gt(abs({jump}),{self.jitter_s}),print(PTS*TB,16);print({jump},16));st(2,PTS);PTS"
        )
        return ("-bsf:a", f"setts=pts='{logged}'")

    def long_gaps(self, jumps: Iterable[Jump]) -> tuple[Jump, ...]:
        """Return the gaps that ffmpeg did not fill, and that are none of the jumps to cut."""
        return tuple(jump for jump in jumps if self.max_fill_s < jump.seconds < CUT_S)

    def report(self, jumps: Sequence[Jump], filled: Sequence[Jump] = ()) -> TimelineReport:
        """Return what became of the jumps; `filled` are long gaps that were filled elsewhere."""
        gaps = [j.seconds for j in jumps if 0 < j.seconds <= self.max_fill_s] + [j.seconds for j in filled]
        overlaps = [-j.seconds for j in jumps if j.seconds < 0]
        cut_s = sum(j.seconds for j in jumps if j.seconds > self.max_fill_s) - sum(j.seconds for j in filled)
        return TimelineReport(len(gaps), sum(gaps), len(overlaps), sum(overlaps), max(0.0, cut_s))


def timeline_of(source: Probe, part: PlayedPart, *, is_finite: bool = False) -> Timeline:
    """Return the timeline of that part of a source; `is_finite` as in `Timeline`."""
    # Each part of a joined Ogg has a clock of its own, and so no duration of the whole is known.
    is_joined = source.container == "ogg" and source.duration_s is None
    max_fill_s = _MAX_SILENCE_BYTES / (source.sample_rate_hz * source.channels * _BYTES_PER_SAMPLE)
    jitter_s = None if is_joined else CLOCKS.get(source.container)
    return Timeline(jitter_s, min(max_fill_s, CUT_S / 2), part, source.sample_rate_hz, is_finite)


def read_jumps(log: str) -> tuple[str, tuple[Jump, ...]]:
    """Return ffmpeg's log without what the filter logged, and that as jumps."""
    figures = [float(figure) for figure in _LOGGED.findall(log)]
    # The log may be cut at its beginning.
    pairs = zip(figures[len(figures) % 2 :: 2], figures[len(figures) % 2 + 1 :: 2], strict=True)
    return _LOGGED.sub("", log), tuple(Jump(at_s, seconds) for at_s, seconds in pairs)


def _expression(jitter_s: float, max_fill_s: float, *, logs: bool) -> str:
    """Return the timestamp of each frame: samples so far, and the gaps and overlaps before it.

    Variables: 0 gaps less overlaps, 2 end of the last frame, 3 jump from there to this frame, 7 and 8 place
    and length of a jump that is not yet logged, 9 start of the first frame. The expression is evaluated once
    more after the last frame, with a timestamp that means nothing; so a jump is logged at the frame after it.
    """
    accept = "st(0,ld(0)+ld(3))"
    log = "if(ld(8),print(ld(7),16);print(ld(8),16);st(8,0));" if logs else ""
    note = "st(7,(ld(0)+round(N/SR/TB))*TB);st(8,ld(3)*TB);"
    is_overlap = f"gt(ld(3)*TB,-{MAX_OVERLAP_S})*gt((PTS-ld(9))*TB,{_BEGINNING_S})"
    gap = f"{note}if(lte(ld(3)*TB,{max_fill_s:.3f}),{accept})"
    overlap = f"if({is_overlap},{note}{accept})"
    return (
        f"{log}st(3,PTS-ld(2));st(2,PTS+S/SR/TB);st(9,if(N,ld(9),PTS));"
        f"if(gt(N,0)*gt(abs(ld(3)*TB),{jitter_s}),if(gt(ld(3),0),{gap},{overlap}));"
        "ld(0)+round(N/SR/TB)"
    )
