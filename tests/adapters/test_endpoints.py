"""Webhook endpoints and their queue, with Google's clients, on localcloud."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from google.cloud import tasks_v2

from shared.adapters.firestore.endpoints import FirestoreEndpoints
from shared.adapters.tasks.cloud_tasks import WebhookQueue, call_name, tasks_client
from shared.domain.errors import RevisionChanged
from shared.domain.names import new_task_id
from shared.domain.webhook import Webhook
from shared.webhooks.endpoint import Endpoint
from shared.webhooks.signing import new_secret
from tests.builders import a_task
from tests.fakes.clock import NOON
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Records
    from tools.throwaway import ThrowawayCloud


@pytest.fixture
def endpoints(records: Records) -> FirestoreEndpoints:
    return FirestoreEndpoints(records)


@pytest.fixture
def tasks(cloud: ThrowawayCloud) -> tasks_v2.CloudTasksClient:
    return tasks_client(cloud.environment["CLOUD_TASKS_EMULATOR_HOST"])


def an_endpoint(owner: str) -> Endpoint:
    return Endpoint.new(owner, new_secret(), NOON).with_url("https://a.example/", NOON)


@pytest.mark.parametrize("owner", ["ana", "with/slash", "__reserved__ and spaces", "ñandú"])
def test_stored_endpoint_is_read_back_unchanged(endpoints: FirestoreEndpoints, owner: str) -> None:
    owner += new_task_id()
    full = replace(an_endpoint(owner).rotated(new_secret(), NOON), disabled_at=NOON)
    endpoints.put(full)
    stored = endpoints.get(owner)

    assert stored
    assert stored.revision
    assert full == replace(stored, revision=None)


def test_missing_endpoint_is_none(endpoints: FirestoreEndpoints) -> None:
    assert endpoints.get(new_task_id()) is None


def test_second_of_two_concurrent_writers_is_refused(endpoints: FirestoreEndpoints) -> None:
    owner = new_task_id()
    endpoints.put(an_endpoint(owner))
    with pytest.raises(RevisionChanged):
        endpoints.put(an_endpoint(owner))

    read = endpoints.get(owner)
    assert read
    endpoints.put(read.rotated(new_secret(), NOON))
    with pytest.raises(RevisionChanged):
        endpoints.put(read.with_url(None, NOON))


def test_attempt_is_enqueued_once_for_its_time(
    cloud: ThrowawayCloud, tasks: tasks_v2.CloudTasksClient
) -> None:
    queue = f"projects/{cloud.environment['GOOGLE_CLOUD_PROJECT']}/locations/us-central1/queues/webhooks"
    task = a_task(id=new_task_id(), webhook=Webhook().with_outcome("msg_1", NOON))
    due = datetime.now(UTC) + timedelta(hours=5)
    webhooks = WebhookQueue(tasks, queue, "http://127.0.0.1:9", "invoker@p.iam.gserviceaccount.com")
    webhooks.enqueue_attempt(task, due)
    webhooks.enqueue_attempt(task, due)

    name = f"{queue}/tasks/{call_name(task.id, 'msg_1', 1, 1)}"
    booked = tasks.get_task(
        request={"name": name, "response_view": tasks_v2.Task.View.FULL}, timeout=HANG_S, retry=None
    )
    tasks.delete_task(name=name, timeout=HANG_S, retry=None)
    body = {"nonce": "nonce", "event": "msg_1", "run": 1, "number": 1}
    assert json.loads(booked.http_request.body) == body
    assert booked.http_request.url == f"http://127.0.0.1:9/api/tasks/{task.id}/deliver"
    assert abs(booked.schedule_time.timestamp() - due.timestamp()) < 1
