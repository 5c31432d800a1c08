"""Calls from queues."""

from __future__ import annotations

import base64
import io
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from functions.convert.routes import application
from shared.adapters.tasks.cloud_tasks import ConversionQueues
from shared.domain.errors import LeaseHeld
from shared.domain.states import Claim
from shared.runtime.log import Log
from shared.web.invoker import Invoker
from tests.builders import a_task, an_upload
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from google.cloud import tasks_v2

    from shared.domain.files import Upload

URL, EMAIL = "https://queued.example", "invoker@p.iam.gserviceaccount.com"


@dataclass
class FakePipeline:
    """Records what it is to convert."""

    runs: list[tuple[str, Upload]] = field(default_factory=list)
    error: Exception | None = None

    def run(self, task_id: str, upload: Upload, log: Log) -> None:
        assert log.fields["taskId"] == task_id
        self.runs.append((task_id, upload))
        if self.error:
            raise self.error


@dataclass
class FakeCloudTasks:
    """Keeps the last task."""

    last: tasks_v2.Task | None = None

    def create_task(self, *, task: tasks_v2.Task, **_: object) -> None:
        self.last = task


def enqueued(upload: Upload) -> tasks_v2.Task:
    """What convert enqueues for the upload."""
    client, task = FakeCloudTasks(), a_task(claim=Claim(upload.generation, 1, "lease", NOON, queue="long"))
    queues = ConversionQueues(client, {"long": "projects/p/locations/l/queues/long"}, URL, EMAIL)  # type: ignore[arg-type]  # the part that it uses
    queues.enqueue_conversion(task, upload)
    assert client.last
    return client.last


def call(pipeline: FakePipeline, path: str, body: bytes, email: str = EMAIL) -> Any:
    claims = {
        "iss": "https://accounts.google.com", "aud": URL, "email": email, "email_verified": True,
        "exp": int(time.time()) + 60,
    }  # fmt: skip
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    headers = {"Authorization": f"Bearer e30.{payload}.REMOVED", "Content-Type": "application/json"}
    queued = application(Invoker(EMAIL, URL), pipeline)

    @Request.application
    def app(request: Request) -> Response:
        return queued.respond(request, Log(stream=io.StringIO()))

    return Client(app).post(path, data=body, headers=headers)


def test_a_call_has_the_upload_that_was_enqueued() -> None:
    pipeline, upload = FakePipeline(), an_upload(content_encoding="gzip")
    request = enqueued(upload).http_request

    answer = call(pipeline, request.url.removeprefix(URL), request.body)

    assert answer.status_code == 200
    assert [("T" * 22, upload)] == pipeline.runs


def test_the_call_waits_as_long_as_cloud_tasks_can() -> None:
    assert enqueued(an_upload()).dispatch_deadline.total_seconds() == 1800


def test_only_the_invoker_may_call() -> None:
    pipeline, request = FakePipeline(), enqueued(an_upload()).http_request

    answer = call(pipeline, request.url.removeprefix(URL), request.body, email="other@example.com")

    assert (answer.status_code, pipeline.runs) == (403, [])


@pytest.mark.parametrize(("error", "status"), [(LeaseHeld(), 503), (RuntimeError("a bug"), 500)])
def test_a_failed_call_is_made_again(error: Exception, status: int) -> None:
    request = enqueued(an_upload()).http_request

    answer = call(FakePipeline(error=error), request.url.removeprefix(URL), request.body)

    assert status == answer.status_code


def test_a_body_without_its_fields_is_refused() -> None:
    pipeline = FakePipeline()

    answer = call(pipeline, f"/api/tasks/{'T' * 22}/convert", b"{}")

    assert (answer.status_code, pipeline.runs) == (400, [])
