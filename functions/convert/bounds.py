"""What one attempt may cost, and which uploads are beyond that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain.errors import AttemptsExhausted, EmptyFile, EventTooOld, TooLarge, TooLong

from .ffmpeg.limits import limits_for
from .workspace import MIB

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from shared.domain.task import Output, Probe, Task, Upload

    from .process.limits import Limits


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits that the settings set.

    Attributes:
        timeout_s: wall time of an attempt; shorter than the platform's.
        lease_s: of a claim; longer than `timeout_s`.
        attempts: per upload.
        event_age_s: oldest event that starts an attempt.
        size_bytes: largest upload.
        duration_s: longest audio.
        disk_bytes: of the files in the workspace together.
    """

    timeout_s: int
    lease_s: int
    attempts: int
    event_age_s: int
    size_bytes: int
    duration_s: int
    disk_bytes: int = 3584 * MIB

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

    def check_duration(self, probe: Probe) -> None:
        """Raise TooLong if the source says that it is too long."""
        if probe.duration_s and probe.duration_s > self.duration_s:
            raise TooLong(f"The audio is {probe.duration_s:.0f} s long; the limit is {self.duration_s} s.")

    def process_limits(self, probe: Probe, upload: Upload, outputs: Sequence[Output], until: float) -> Limits:
        """Return the limits of each ffmpeg on this source; `until` is by the monotonic clock."""
        return limits_for(
            probe,
            upload.size_bytes,
            outputs,
            until=until,
            longest_s=self.duration_s,
            largest=4 * self.size_bytes,
        )
