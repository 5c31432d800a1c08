"""One attempt to convert an upload: what it may cost, and what its steps share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain.costs.prediction import check_finishes
from shared.domain.errors import AttemptsExhausted, EmptyFile, EventTooOld, TooLarge, TooLong

from .checkpoint import UNBOUNDED, Checkpoint
from .ffmpeg.limits import limits_for
from .probe.report import OWN_CLOCKS
from .upload.monitor import UploadMonitor
from .workspace import MIB

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from shared.domain.files import Output, Upload
    from shared.domain.media import Probe
    from shared.domain.notes.base import Note
    from shared.domain.task import Task
    from shared.runtime.log import Log

    from .ffmpeg.binaries import Tools
    from .process.limits import Limits

# Share of the progress that the analysis takes, if the source has to be analyzed before it is encoded.
_ANALYSIS_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the settings allow an attempt.

    Attributes:
        timeout_s: wall time; shorter than the platform's.
        lease_s: of a claim; longer than `timeout_s`.
        attempts: per upload.
        event_age_s: oldest event that starts an attempt.
        size_bytes: largest upload.
        duration_s: longest audio.
        disk_bytes: of the files in the workspace together.
        finish_s: wall time of the longest conversion that any instance can finish.
    """

    timeout_s: int
    lease_s: int
    attempts: int
    event_age_s: int
    size_bytes: int
    duration_s: int
    disk_bytes: int = 3584 * MIB
    finish_s: float = float("inf")

    def check_upload(self, task: Task, upload: Upload, now: datetime) -> None:
        """Refuse an upload before it is fetched.

        Raises:
            AttemptsExhausted: every attempt so far failed on our side.
            EventTooOld: the event arrived too late.
            EmptyFile: the upload has no bytes.
            TooLarge: it has too many.
        """
        if task.attempts > self.attempts:
            raise AttemptsExhausted
        if now - upload.time_created > timedelta(seconds=self.event_age_s):
            raise EventTooOld
        if upload.size_bytes == 0:
            raise EmptyFile
        if upload.size_bytes > self.size_bytes:
            raise TooLarge(f"The file has {upload.size_bytes} bytes; the limit is {self.size_bytes} bytes.")

    def check_duration(self, source: Probe) -> None:
        """Raise TooLong if the source says that it is too long.

        Where joined broadcasts have clocks of their own, only decoding tells.
        """
        if source.container in OWN_CLOCKS or source.duration_s is None:
            return
        if source.duration_s > self.duration_s:
            raise TooLong(f"The audio is {source.duration_s:.0f} s long; the limit is {self.duration_s} s.")

    def check_finishes(self, source: Probe, size_bytes: int, outputs: Sequence[Output]) -> None:
        """Raise TakesTooLong if no instance can finish these outputs."""
        check_finishes(source, size_bytes, outputs, self.finish_s)

    def process_limits(
        self, source: Probe, size_bytes: int, outputs: Sequence[Output], until: float
    ) -> Limits:
        """Return the limits of each ffmpeg on a source of that size.

        `until` is the end of the attempt, by the monotonic clock.
        """
        return limits_for(
            source,
            size_bytes,
            outputs,
            until=until,
            longest_s=self.duration_s,
            largest=4 * self.size_bytes,
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the steps share.

    Attributes:
        limits: of each process.
        report: receives the progress, 0 to 1; an exception from it ends the attempt.
        uploads: the outputs that are uploaded while they are written.
        notes: of what cannot be kept as it is; steps append to it.
        checkpoint: ends steps that report no progress.
    """

    tools: Tools
    limits: Limits
    report: Callable[[float], None]
    log: Log
    uploads: UploadMonitor = field(default_factory=UploadMonitor)
    notes: list[Note] = field(default_factory=list)
    checkpoint: Checkpoint = UNBOUNDED

    def analysis_progress(self, total_s: float | None) -> Callable[[float], None]:
        """Return a callback for the seconds of audio analyzed so far of `total_s`."""
        return self._progress(total_s, 0.0, _ANALYSIS_SHARE)

    def encoding_progress(self, total_s: float | None, *, after_analysis: bool) -> Callable[[float], None]:
        """Return a callback for the seconds encoded so far of `total_s`; it raises failures of uploads."""
        return self._progress(total_s, _ANALYSIS_SHARE if after_analysis else 0.0, 1.0)

    def correcting_progress(self) -> Callable[[float], None]:
        """Return a callback for an encode after the first: all but this is done."""
        return self._progress(None, 1.0, 1.0)

    def _progress(self, total_s: float | None, begin: float, end: float) -> Callable[[float], None]:
        def report(done_s: float) -> None:
            self.uploads.check()
            self.report(begin + (end - begin) * min(1.0, done_s / total_s) if total_s else begin)

        return report
