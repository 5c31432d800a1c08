"""One pipeline with real ffmpeg, on fakes of our own ports."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.files import Output, Source, Upload
from shared.domain.options import Options
from shared.runtime.log import Log
from tests.builders import a_task, an_upload
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.objects import FakeObjects
from tests.fakes.tasks import FakeTasks
from tests.real_pipeline import BOUNDS, conversion_limits, real_pipeline

if TYPE_CHECKING:
    from functions.convert.attempt import Bounds
    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.queueing import Queueing
    from shared.domain.task import Task
    from shared.service.conversion_limits import ConversionLimits


@dataclass
class World:
    """One pipeline and all that it talks to."""

    tools: Tools
    tasks: FakeTasks = field(default_factory=FakeTasks)
    objects: FakeObjects = field(default_factory=FakeObjects)
    notifier: FakeNotifier = field(default_factory=FakeNotifier)
    clock: FakeClock = field(default_factory=FakeClock)
    bounds: Bounds = BOUNDS
    lines: io.StringIO = field(default_factory=io.StringIO)
    queueing: Queueing | None = None
    limits: ConversionLimits = field(default_factory=conversion_limits)

    def waiting(self, filename: str = "song.wav", *wanted: str, **options: object) -> Task:
        task_id = "T" * 22
        outputs = tuple(
            Output(form, f"{task_id}/out-{n}.{form}", Options(**options))  # type: ignore[arg-type]  # by name
            for n, form in enumerate(wanted or ("mp3",))
        )
        task = a_task(filename=filename, source=Source(f"{task_id}/{filename}"), outputs=outputs)
        return self.tasks.create(task)

    def uploaded(self, task: Task, data: bytes) -> Upload:
        info = self.objects.put(task.source.object, data)
        return an_upload(
            object=info.name, generation=info.generation, size_bytes=info.size_bytes, crc32c=info.crc32c
        )

    def run(self, upload: Upload) -> Task:
        pipeline = real_pipeline(
            self.tools,
            self.tasks,
            self.objects,
            notifier=self.notifier,
            bounds=self.bounds,
            clock=self.clock,
            queueing=self.queueing,
            limits=self.limits,
        )
        pipeline.run(upload.object.partition("/")[0], upload, Log(stream=self.lines))
        return self.task

    @property
    def task(self) -> Task:
        return self.tasks.stored["T" * 22]

    @property
    def steps(self) -> list[str]:
        return [json.loads(line)["step"] for line in self.lines.getvalue().splitlines()]
