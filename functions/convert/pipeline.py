"""The path of one upload: claim, fetch, probe, plan, encode, verify, store, notify.

Events come at least once, late, and in any order, so each step may find that it was done before. An upload
whose outcome is known is acknowledged, a finished attempt is only notified again, and existing outputs are
kept. An exception makes the platform deliver the event again; a return acknowledges it for good.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import (
    ConversionError,
    LeaseLost,
    NotFound,
    Stale,
    Unavailable,
)
from shared.domain.names import part_prefix
from shared.domain.task import Failure
from shared.service.conversion_limits import MustWait

from .attempt import Attempt
from .checkpoint import Checkpoint
from .conversion.convert import convert_source
from .lease import Lease
from .queueing import BULK, MustQueue
from .source.fetch import SourceFetcher
from .source.probed_source import probe_source
from .store import OutputStore
from .upload.monitor import UploadMonitor
from .upload.streaming_upload import UploadSizes
from .workspace import DiskQuota, workspace

if TYPE_CHECKING:
    from shared.domain.files import Output, Upload
    from shared.domain.media import Probe
    from shared.domain.notes.base import Note
    from shared.domain.task import Task
    from shared.ports.clock import Clock
    from shared.ports.notifier import Notifier
    from shared.ports.objects import ObjectStore
    from shared.ports.tasks import TaskStore
    from shared.runtime.log import Log
    from shared.service.conversion_limits import ConversionLimits

    from .attempt import Bounds
    from .ffmpeg.binaries import Tools
    from .queueing import Queueing


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Converts an upload to the outputs of its task.

    Attributes:
        queueing: leaves uploads to a queue; None where uploads come from one.
    """

    tasks: TaskStore
    objects: ObjectStore
    notifier: Notifier
    tools: Tools
    bounds: Bounds
    clock: Clock
    conversion_limits: ConversionLimits
    upload_sizes: UploadSizes = UploadSizes()  # noqa: RUF009  # immutable
    queueing: Queueing | None = None

    def run(self, task_id: str, upload: Upload, log: Log) -> None:
        """Do what is left to do for this event.

        Raises:
            PlatformError: the event has to be delivered again, because another instance works on the upload
                or a service does not respond.
        """
        try:
            lease = self._accept(task_id, upload, log)
        except (Stale, NotFound) as reason:
            log.info("ignored", reason=reason.message)
            return
        if lease is None:
            return
        log = log.bind(attempt=lease.task.attempts)
        begin = time.monotonic()
        try:
            task = self._outcome(lease, upload, log)
        except MustQueue as reason:
            reason.queueing.enqueue(lease, upload, reason.queue, log)
            return
        except MustWait:
            self._wait(lease, upload, log)
            return
        except (LeaseLost, Stale) as reason:
            log.info("stopped", reason=reason.message)
            return
        except Exception as error:
            # Expected or not: the lease must not outlive the attempt.
            log.failure("attempt_failed", error)
            lease.release()
            raise
        log.info(
            "finished",
            **_totals(task),
            durationMs=round((time.monotonic() - begin) * 1000),
            sinceUploadMs=self._since_upload_ms(upload),
        )
        self._notify(task, log)

    def _accept(self, task_id: str, upload: Upload, log: Log) -> Lease | None:
        """Claim the upload, or leave it to a queue and return None.

        Raises:
            Stale, NotFound: there is nothing left to do.
            LeaseHeld: another instance is working on it.
        """
        task = self.tasks.get(task_id)
        if task is None:
            # A signed URL or an upload session outlives its task.
            self.objects.delete(upload.object)
            raise Stale("the task is deleted; what was uploaded for it is deleted too")
        if task.source.object != upload.object:
            raise Stale("not the source of a task")
        if upload.has_own_headers:
            self.objects.reset_headers(upload.object, upload.generation)
        if task.awaits_notify(upload.generation):
            self._notify(task, log)
            raise Stale("already finished; notify was called again")
        if self.queueing and task.waits_in_queue(upload.generation):
            self.queueing.enqueue_again(task, upload)
            raise Stale("it waits in a queue")
        if self.queueing and task.outputs and self.queueing.is_share_used(task):
            self.queueing.enqueue_unclaimed(self.tasks, task, upload, self.clock(), log)
            return None
        lease = Lease.claim(self.tasks, self.clock, upload, task, self.bounds.lease_s)
        log.info("claimed", attempt=lease.task.attempts, sinceUploadMs=self._since_upload_ms(upload))
        return lease

    def _since_upload_ms(self, upload: Upload) -> int:
        """Return the milliseconds since the upload was complete: what a user has waited so far."""
        return round((self.clock() - upload.time_created).total_seconds() * 1000)

    def _outcome(self, lease: Lease, upload: Upload, log: Log) -> Task:
        """Convert the upload, and record the result or the reason why there is none.

        Raises:
            MustQueue: a queue has to convert it.
        """
        try:
            if rejection := lease.task.rejection:
                return lease.fail(rejection)
            self.bounds.check_upload(lease.task, upload, self.clock())
            if self.queueing:
                self.queueing.check_share(lease.task)
        except ConversionError as error:
            return lease.fail(_rejection(error, log))
        try:
            self._reserve(lease, upload)
        except ConversionError as error:
            return lease.refuse(_rejection(error, log))
        try:
            stored, probe, notes = self._convert(lease, upload, log)
        except ConversionError as error:
            return lease.fail(_rejection(error, log))
        size_bytes = sum(output.size_bytes or 0 for output in stored)
        return lease.finish(
            stored, probe, notes, self.conversion_limits.output_storage(lease.task, size_bytes)
        )

    def _reserve(self, lease: Lease, upload: Upload) -> None:
        """Reserve what the attempt may cost.

        Raises:
            ConversionError: a limit is reached.
            MustWait: other conversions have reserved what is left.
        """
        limits, now = self.conversion_limits, self.clock()
        try:
            limits.reserve(lease.task, upload.size_bytes, self.bounds.timeout_s, now, lease.charge)
        except MustWait:
            lease.uncharge()
            raise

    def _wait(self, lease: Lease, upload: Upload, log: Log) -> None:
        """Have a queue call again, later.

        Raises:
            Unavailable: to the queue whose call this is.
        """
        if self.queueing:
            self.queueing.enqueue(lease, upload, BULK, log)
            return
        lease.queue(BULK)
        log.info("waits")
        raise Unavailable("Other conversions have reserved what is left of a spending cap.")

    def _convert(
        self, lease: Lease, upload: Upload, log: Log
    ) -> tuple[tuple[Output, ...], Probe, tuple[Note, ...]]:
        checkpoint = Checkpoint(time.monotonic() + self.bounds.timeout_s, lease.beat)
        outputs, quota = lease.task.outputs, DiskQuota(self.bounds.disk_bytes)
        parts = part_prefix(lease.task.id, lease.lease_id)
        uploads = UploadMonitor(self.objects, parts, self.upload_sizes, quota)
        with workspace() as folder, closing(uploads):
            fetcher = SourceFetcher(
                self.objects,
                upload,
                folder / "source",
                quota,
                max_bytes=self.bounds.size_bytes,
                checkpoint=checkpoint,
            )
            source = probe_source(self.tools, fetcher, fetcher.fetch(log), log, outputs[0].options)
            self.bounds.check_duration(source.probe)
            size_bytes = source.file.stat().st_size
            self.bounds.check_finishes(source.probe, upload.size_bytes, outputs)
            if self.queueing:
                self.queueing.check_length(source.probe, upload.size_bytes, outputs)
            self.conversion_limits.reserve_outputs(
                lease.task, source.probe, upload.size_bytes, self.bounds.timeout_s, lease.charge
            )
            limits = self.bounds.process_limits(source.probe, size_bytes, outputs, checkpoint.until)
            attempt = Attempt(self.tools, limits, lease.report, log, uploads, checkpoint=checkpoint)
            verified, encoded = convert_source(attempt, source, outputs)
            lease.report(1.0)
            store = OutputStore(self.objects, lease, log, checkpoint)
            stored = tuple(store.store_output(output) for output in verified)
            probe = store.store_source(source.probe, encoded.meters, folder / "waveform")
            return stored, probe, tuple(attempt.notes)

    def _notify(self, task: Task, log: Log) -> None:
        self.notifier.notify_finished(task)
        log.info("enqueued")


def _rejection(error: ConversionError, log: Log) -> Failure:
    log.warning("rejected", code=error.code, reason=error.message, cause=repr(error.__cause__))
    return Failure.of(error)


def _totals(task: Task) -> dict[str, object]:
    """Return the attempt's outcome, notes, bytes and seconds of audio, from which metrics are made."""
    probe = task.source.probe
    return {
        "code": task.error.code if task.error else None,
        "notes": [note.code for note in task.notes],
        "outputs": len(task.outputs),
        "bytes": sum(output.size_bytes or 0 for output in task.outputs),
        "audioS": probe.duration_s if probe and not task.error else None,
    }
