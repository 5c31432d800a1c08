"""The pipeline as an attacker uses it: bytes go in, an outcome comes out."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shared.domain.errors import conversion_errors
from shared.domain.files import Output, Source
from shared.runtime.log import Log
from tests.builders import a_task, an_upload
from tests.fakes.objects import FakeObjects
from tests.fakes.tasks import FakeTasks
from tests.real_pipeline import BOUNDS, real_pipeline

if TYPE_CHECKING:
    from functions.convert.attempt import Bounds
    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.pipeline import Pipeline
    from shared.domain.task import Task
    from shared.ports.tasks import TaskStore

ID = "T" * 22
LIMITED = replace(BOUNDS, size_bytes=100_000_000, duration_s=600)


@dataclass(frozen=True)
class Outcome:
    """Outcome of a conversion.

    Attributes:
        code: of the error; None for success.
        output: bytes of the result; None where there is none.
        cause: what was logged about the error, for a failing test's report.
    """

    task: Task
    code: str | None
    output: bytes | None
    cause: str


@dataclass
class Victim:
    """Converts any bytes.

    It raises what the pipeline raises, which no file should make it do.
    """

    tools: Tools
    tasks: FakeTasks = field(default_factory=FakeTasks)
    objects: FakeObjects = field(default_factory=FakeObjects)
    bounds: Bounds = LIMITED

    def convert(
        self, data: bytes, form: str = "wav", filename: str = "song.mp3", content_encoding: str = ""
    ) -> Outcome:
        """Upload the bytes, convert them, and return the outcome."""
        source, result = f"{ID}/{filename}", f"{ID}/result.{form}"
        self.tasks.stored.clear()
        self.tasks.create(a_task(filename=filename, source=Source(source), outputs=(Output(form, result),)))
        self.objects.contents.clear()
        info = self.objects.put(source, data)
        upload = an_upload(
            object=source,
            generation=info.generation,
            size_bytes=info.size_bytes,
            content_encoding=content_encoding,
        )
        lines = io.StringIO()
        self.pipeline(self.tasks).run(ID, upload, Log(stream=lines))
        task = self.tasks.stored[ID]
        assert task.claim
        assert task.claim.finished
        code = task.error.code if task.error else None
        assert code is None or code in conversion_errors()
        causes = [line.get("cause", "") for line in map(json.loads, lines.getvalue().splitlines())]
        return Outcome(task, code, self.objects.contents.get(result), "".join(causes))

    def pipeline(self, store: TaskStore) -> Pipeline:
        """Return the real pipeline, with real ffmpeg, on that store."""
        return real_pipeline(self.tools, store, self.objects, bounds=self.bounds)
