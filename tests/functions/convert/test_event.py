"""An object's name decides what happens to it."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.convert.event import FINALIZED, EventDispatcher, parse_event
from shared.runtime.log import Log
from shared.service.drops import DropImporter
from tests.builders import an_upload
from tests.fakes.clock import FakeClock
from tests.fakes.objects import FakeObjects
from tests.fakes.task_folder import FakeDropFolder
from tests.fakes.tasks import FakeTasks

if TYPE_CHECKING:
    from shared.domain.files import Upload

ID = "T" * 22


@dataclass
class RecordingPipeline:
    """Records which tasks it is given."""

    task_ids: list[str] = field(default_factory=list)

    def run(self, task_id: str, upload: Upload, log: Log) -> None:  # noqa: ARG002
        self.task_ids.append(task_id)
        log.info("run")


def dispatch(name: str) -> tuple[RecordingPipeline, dict[str, str], FakeTasks]:
    """Return the pipeline, the first line of the log, and the tasks after the event of that object."""
    pipeline, lines, tasks = RecordingPipeline(), io.StringIO(), FakeTasks()
    drops = DropImporter(tasks, FakeDropFolder(FakeObjects()), FakeClock(), timedelta(days=30))
    EventDispatcher(pipeline, drops).dispatch(an_upload(object=name), Log(stream=lines))
    return pipeline, json.loads(lines.getvalue().splitlines()[0]), tasks


def test_an_event_states_the_encoding_of_the_object() -> None:
    data = {"bucket": "b", "name": "a.wav", "generation": "1", "timeCreated": "2026-01-01T00:00:00Z"}

    assert parse_event(FINALIZED, data).content_encoding == ""
    assert parse_event(FINALIZED, {**data, "contentEncoding": "gzip"}).content_encoding == "gzip"


def test_an_object_in_a_tasks_folder_goes_to_the_pipeline() -> None:
    pipeline, line, _ = dispatch(f"{ID}/song.wav")

    assert pipeline.task_ids == [ID]
    assert line["taskId"] == ID


@pytest.mark.parametrize(
    "name",
    [
        "song.wav",
        f"{ID}/deep/song.wav",
        f"{ID}/",
        "short/song.wav",
        f"{ID}/gsutil/tmp/parallel_composite_uploads/for_details/1",
        "gcloud/tmp/parallel_composite_uploads/2026/1",
        "drop/mp3/gcloud/tmp/parallel_composite_uploads/2026/1",
    ],
)
def test_other_objects_are_ignored(name: str) -> None:
    pipeline, line, tasks = dispatch(name)

    assert pipeline.task_ids == []
    assert line["step"] == "ignored"
    assert tasks.writes == 0
