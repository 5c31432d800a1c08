"""The story of one upload, in the order in which it happens: claim, probe, transcode, verify, store, notify.

Events come at least once, late and in any order. Each step may therefore find that it was done before:
a settled upload is acknowledged, a finished attempt is only announced again, outputs that exist are kept.
Raising asks the platform to deliver the event again; returning acknowledges it for good.

Each step has a file that leads on: `lease` claims, `intake` fetches and probes, `conversion` plans (`study`,
`plan`) and runs ffmpeg (`transcode`, `engine`), `checking` verifies, `storing` stores.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain.errors import (
    AttemptsExhausted,
    ConversionError,
    EmptyFile,
    EventTooOld,
    LeaseLost,
    NotFound,
    Stale,
    TooLarge,
    TooLong,
)
from shared.domain.names import part_prefix
from shared.domain.task import Failure

from .disk_quota import MIB, DiskQuota
from .encode.conversion import Conversion
from .event import task_of
from .ffmpeg.limits import limits_for
from .lease import Lease
from .plan.duration import source_duration
from .source.fetch import SourceFetcher
from .store import OutputStore
from .upload.monitor import UploadMonitor
from .upload.streaming_upload import Sizes
from .workspace import workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shared.domain.task import Output, Probe, Task, Upload
    from shared.ports.clock import Clock
    from shared.ports.notifier import Notifier
    from shared.ports.objects import ObjectStore
    from shared.ports.tasks import TaskStore
    from shared.runtime.log import Log
    from shared.service.conversion_limits import ConversionLimits

    from .ffmpeg.binaries import Tools
    from .metering.levels import Meter
    from .process.limits import Limits
    from .source.fetch import FetchedSource


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one conversion may cost.

    Attributes:
        timeout_s: wall time of an attempt; shorter than the platform's own.
        lease_s: of a claim; longer than `timeout_s`.
        room_bytes: of the files that lie in its folder at a time.
    """

    timeout_s: int
    lease_s: int
    attempts: int
    event_age_s: int
    size_bytes: int
    duration_s: int
    room_bytes: int = 3584 * MIB


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Turns an upload into the outputs that its task asks for.

    Attributes:
        sizes: of outputs that leave while they are written.
    """

    store: TaskStore
    objects: ObjectStore
    notifier: Notifier
    tools: Tools
    bounds: Bounds
    clock: Clock
    allowance: ConversionLimits
    sizes: Sizes = Sizes()  # noqa: RUF009  # immutable

    def run(self, upload: Upload, log: Log) -> None:
        """Do whatever this event still asks for.

        Raises:
            PlatformError: it has to come again: another instance is at work, or something did not answer.
        """
        task_id = task_of(upload)
        if task_id is None:
            log.info("ignored", reason="in no task's folder")
            return
        log = log.bind(taskId=task_id)
        try:
            lease = self._claim(upload, task_id, log)
        except (Stale, NotFound) as reason:
            log.info("ignored", reason=reason.message)
            return
        self._work(lease, upload, log.bind(attempt=lease.task.attempts))

    def _claim(self, upload: Upload, task_id: str, log: Log) -> Lease:
        task = self.store.get(task_id)
        if task is None or task.source.object != upload.object:
            raise Stale("not the source of a task")
        if task.awaits_notify(upload.generation):
            self._notify(task, log)
            raise Stale("already finished; notify was called again")
        lease = Lease.take(self.store, self.clock, upload, task, self.bounds.lease_s)
        log.info("claimed", attempt=lease.task.attempts)
        return lease

    def _work(self, lease: Lease, upload: Upload, log: Log) -> None:
        begin = time.monotonic()
        try:
            task = self._ended(lease, upload, log)
        except (LeaseLost, Stale) as reason:
            log.info("stopped", reason=reason.message)
            return
        except Exception as error:
            # Whatever it was, foreseen or not: the lease must not outlive the attempt.
            log.failure("attempt_failed", error)
            lease.release()
            raise
        log.info("finished", **_cost(task), durationMs=round((time.monotonic() - begin) * 1000))
        self._notify(task, log)

    def _ended(self, lease: Lease, upload: Upload, log: Log) -> Task:
        """Work until the attempt has an outcome, and write that down."""
        try:
            if rejection := lease.task.rejection:
                return lease.give_up(rejection)
            self._check_chances(lease.task, upload)
            self.allowance.check(lease.task, self.clock())
            return lease.finish(*self._convert(lease, upload, log))
        except ConversionError as error:
            log.warning("rejected", code=error.code, reason=error.message, cause=repr(error.__cause__))
            return lease.give_up(Failure.of(error))

    def _check_chances(self, task: Task, upload: Upload) -> None:
        if task.attempts > self.bounds.attempts:
            raise AttemptsExhausted
        if self.clock() - upload.time_created > timedelta(seconds=self.bounds.event_age_s):
            raise EventTooOld
        if upload.size_bytes == 0:
            raise EmptyFile
        if upload.size_bytes > self.bounds.size_bytes:
            raise TooLarge(
                f"The file has {upload.size_bytes} bytes; the limit is {self.bounds.size_bytes} bytes."
            )

    def _convert(self, lease: Lease, upload: Upload, log: Log) -> tuple[tuple[Output, ...], Probe]:
        until = time.monotonic() + self.bounds.timeout_s
        room, parts = DiskQuota(self.bounds.room_bytes), part_prefix(lease.task.id, lease.lease_id)
        with workspace() as folder, closing(UploadMonitor(self.objects, parts, self.sizes, room)) as outflows:
            source = folder / "source"
            taken = self._take_in(upload, source, room, log)
            limits = self._limits(taken.found, upload, lease.task.outputs, until)
            conversion = Conversion(self.tools, limits, lease.report, log, taken.feed, outflows)
            made, heard = conversion.run(source, taken.found, lease.task.outputs)
            lease.report(1.0)
            storing = OutputStore(self.objects, lease, log)
            outputs = tuple(storing.output(one) for one in made)
            if heard is None:
                # What was drawn of the same bytes, for other outputs, is still true.
                known = lease.task.source.probe or taken.found
                return outputs, replace(taken.found, levels=known.levels, waveform=known.waveform)
            return outputs, _as_heard(taken.found, heard, storing.waveform(heard, folder / "waveform"))

    def _limits(self, found: Probe, upload: Upload, outputs: Sequence[Output], until: float) -> Limits:
        return limits_for(
            found,
            upload.size_bytes,
            outputs,
            until=until,
            longest_s=self.bounds.duration_s,
            largest=4 * self.bounds.size_bytes,
        )

    def _take_in(self, upload: Upload, source: Path, room: DiskQuota, log: Log) -> FetchedSource:
        taken = SourceFetcher(self.objects, self.tools, upload, source, room=room).take(log)
        found = taken.found
        if found.duration_s and found.duration_s > self.bounds.duration_s:
            raise TooLong(
                f"The audio is {found.duration_s:.0f} s long; the limit is {self.bounds.duration_s} s."
            )
        return taken

    def _notify(self, task: Task, log: Log) -> None:
        self.notifier.notify_finished(task)
        log.info("enqueued")


def _as_heard(found: Probe, heard: Meter, waveform: str) -> Probe:
    """The source as it is known when all of it has been listened to."""
    seconds = source_duration(found, heard.seconds)
    return replace(found, duration_s=seconds, length_is_bound=False, levels=heard.levels(), waveform=waveform)


def _cost(task: Task) -> dict[str, object]:
    """What an attempt came to, for whoever adds up outcomes, bytes and seconds of audio."""
    probe = task.source.probe
    return {
        "code": task.error.code if task.error else None,
        "outputs": len(task.outputs),
        "bytes": sum(output.size_bytes or 0 for output in task.outputs),
        "audioS": probe.duration_s if probe and not task.error else None,
    }
