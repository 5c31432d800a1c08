"""All use cases with fakes: instant conversions, and a list of events."""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from functions.api.inputs.new_task import NewTask, RequestedOutput
from functions.api.service.changes import TaskChanges
from functions.api.service.creation import TaskCreation
from functions.api.service.quotas import Limits, Quotas
from functions.api.service.tasks import UserTasks
from functions.convert.attempt import Bounds
from functions.convert.event import EventDispatcher
from functions.convert.ffmpeg.binaries import Tools
from functions.convert.pipeline import Pipeline
from functions.convert.queueing import MustQueue, Queueing
from functions.convert.store import OutputStore
from functions.notify.inputs import FinishedAttempt
from functions.notify.orphans import OrphanCleanup
from functions.notify.settle import SettleTask
from functions.notify.sweep import GracePeriods, Sweep
from shared.domain.errors import NotAudio, PlatformError
from shared.domain.formats import FORMATS
from shared.domain.media import Probe
from shared.domain.options import Options
from shared.ports.accounts import Caller
from shared.runtime.log import Log
from shared.service.conversion_limits import Allowance, ConversionLimits
from shared.service.drops import DropImporter
from tests.fakes.admission import FakeAdmission
from tests.fakes.bucket_listing import FakeObjectListing
from tests.fakes.clock import FakeClock
from tests.fakes.deletions import FakeDeletions, forgetting_over
from tests.fakes.ledger import FakeLedger
from tests.fakes.objects import FakeObjects
from tests.fakes.task_folder import FakeDropFolder, FakeFolder
from tests.fakes.tasks import FakeSearch, FakeTasks
from tests.fakes.webhooks import FakeEndpoints, FakeQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.convert.lease import Lease
    from shared.domain.files import Output, Upload
    from shared.domain.notes.base import Note
    from shared.domain.task import Task
    from shared.ports.objects import ObjectInfo

ANA = Caller("ana", "ana@example.com")
LEASE_S, GRACE_S, DAY_S, ATTEMPTS, PER_TASK = 60, 600, 86_400, 3, 12
BOUNDS = Bounds(50, LEASE_S, ATTEMPTS, DAY_S, 10**6, 600)
FOUND = Probe("wav", "pcm_s16le", 1.0, 44_100, 2)
OWNER_SHARE = 2
GOOD, BAD, LONG = b"sound", b"noise", b"a long sound"


class Died(BaseException):
    """The instance dies, as by SIGKILL: none of its code runs after this."""


class Bucket(FakeObjects):
    """Objects with events."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock
        self.events: list[Upload] = []

    def put(self, name: str, data: bytes) -> ObjectInfo:
        from shared.domain.files import Upload  # noqa: PLC0415

        info, now = super().put(name, data), self._clock()
        self.created[info.generation] = now
        self.events.append(Upload("bucket", name, info.generation, info.size_bytes, info.crc32c, "", now))
        return info


@dataclass(frozen=True, slots=True)
class Instant(Pipeline):
    """Converts at once, and calls `moment` at each point at which an instance may die or others may act."""

    moment: Callable[[str], None] = field(default=lambda _: None)

    def _convert(
        self, lease: Lease, upload: Upload, log: Log
    ) -> tuple[tuple[Output, ...], Probe, tuple[Note, ...]]:
        self.moment("claimed")
        with tempfile.TemporaryDirectory() as name:
            file = Path(name) / "file"
            self.objects.download(upload.object, upload.generation, file)
            if file.read_bytes() == BAD:
                raise NotAudio
            if self.queueing and file.read_bytes() == LONG:
                raise MustQueue(self.queueing, "long")
            self.moment("converting")
            outputs = []
            for output in lease.task.outputs:
                file.write_bytes(f"{output.format} by {lease.lease_id}".encode())
                outputs.append(OutputStore(self.objects, lease, log).store_output(_made(output, file)))
                self.moment("stored")
        return tuple(outputs), FOUND, ()

    def _notify(self, task: Task, log: Log) -> None:
        self.moment("finished")
        super(Instant, self)._notify(task, log)


def _made(output: Output, file: Path) -> Any:
    """A verified output, as a real conversion returns it."""

    def stored(info: ObjectInfo) -> Output:
        return replace(output, generation=info.generation, size_bytes=info.size_bytes, crc32c=info.crc32c)

    plan = SimpleNamespace(output=output, form=SimpleNamespace(content_type="audio/x"))
    return SimpleNamespace(plan=plan, file=file, stored=stored, upload=None)


class World:
    """A user, her tasks, and all use cases."""

    def __init__(self) -> None:
        self.clock, self.lines = FakeClock(), io.StringIO()
        self.tasks, self.objects = FakeTasks(), Bucket(self.clock)
        self.finished: list[tuple[str, FinishedAttempt]] = []
        self.queue = FakeQueue()
        self.acknowledged: Counter[int] = Counter()
        # Calls of the queue by their names, which are not taken again.
        self.calls: dict[tuple[str, int, int], Upload] = {}
        self.ended: set[tuple[str, int, int]] = set()
        self._moment: Callable[[str], None] = lambda _: None
        self.running = FakeLedger()
        self.piles: set[str] = set()
        self.settle = SettleTask(self.tasks, FakeEndpoints(), lambda: self.queue, self.clock)
        admission, limits = FakeAdmission(self.tasks, self.clock), Limits(10**6, 10**6, 10**6, 600)
        quotas, lifetime = Quotas(admission, limits, self.clock), timedelta(days=30)
        self.creation = TaskCreation(self.tasks, admission, quotas, limits, self.clock, lifetime)
        folder = FakeFolder(self.objects)
        self.changes = TaskChanges(UserTasks(self.tasks), self.tasks, folder, quotas, self.clock)

    def create(self, forms: tuple[str, ...]) -> Task:
        request = NewTask("song.wav", "audio/wav", self.wanted(forms), "https://example.com/hook")
        return self.tasks.create(self.creation.prepare(ANA, request))

    def wanted(self, forms: tuple[str, ...]) -> tuple[RequestedOutput, ...]:
        return tuple(RequestedOutput(FORMATS[form], Options()) for form in forms)

    def notify_finished(self, task: Task) -> None:
        """Act as the queue."""
        assert task.claim
        attempt = FinishedAttempt(task.nonce, task.claim.generation, task.claim.attempt)
        self.finished.append((task.id, attempt))

    def enqueue_conversion(self, task: Task, upload: Upload) -> None:
        """Act as the queue, of a name that was never there."""
        self._moment("queued")
        assert task.claim
        name = (task.id, task.claim.generation, task.claim.next_attempt)
        if name not in self.ended:
            self.calls[name] = upload

    def call(self, name: tuple[str, int, int], moment: Callable[[str], None] = lambda _: None) -> None:
        """Have the queue make a call; it is made again unless it succeeds."""
        upload = self.calls[name]
        try:
            self._pipeline(None, moment).run(name[0], upload, Log(stream=self.lines).bind(taskId=name[0]))
        except (PlatformError, Died):
            return
        self.calls.pop(name, None)
        self.ended.add(name)

    def deliver(self, upload: Upload, moment: Callable[[str], None] = lambda _: None) -> bool:
        """Deliver an event; whether it was acknowledged."""
        self._moment = moment
        pipeline = self._pipeline(Queueing(self, 10**6, self.running, OWNER_SHARE, self.piles), moment)
        drops = DropImporter(self.tasks, FakeDropFolder(self.objects), self.clock, timedelta(days=30))
        try:
            EventDispatcher(pipeline, drops).dispatch(upload, Log(stream=self.lines))
        except (PlatformError, Died):
            return False
        self.acknowledged[upload.generation] += 1
        return True

    def _pipeline(self, queueing: Queueing | None, moment: Callable[[str], None]) -> Pipeline:
        limits = ConversionLimits(PER_TASK, Allowance(10**12, 10**6), Allowance(10**12, 10**6))
        return Instant(
            self.tasks,
            self.objects,
            self,
            Tools("none", "none"),
            BOUNDS,
            self.clock,
            limits,
            queueing=queueing,
            moment=moment,
        )

    def sweep(self) -> Counter[str]:
        listing = FakeObjectListing(self.objects, self.clock)
        periods = GracePeriods(timedelta(seconds=GRACE_S), timedelta(seconds=DAY_S), timedelta(seconds=DAY_S))
        drops = DropImporter(self.tasks, FakeDropFolder(self.objects), self.clock, timedelta(days=30))
        orphans, search = OrphanCleanup(self.tasks, listing, drops, "bucket"), FakeSearch(self.tasks)
        forgetting = forgetting_over(self.tasks, FakeFolder(self.objects), FakeDeletions(), self.clock)
        sweep = Sweep(self.tasks, search, listing, orphans, self.settle, self.clock, periods, forgetting)
        return sweep.run(Log(stream=self.lines))
