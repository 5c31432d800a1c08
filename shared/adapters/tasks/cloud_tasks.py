"""Tells notify through Cloud Tasks: named tasks, so that enqueuing twice is the same as once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import grpc
from google.api_core import exceptions as google_errors
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from shared.adapters.google import retry_on, translated
from shared.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shared.domain.task import Task

TIMEOUT_S = 5.0
# Longer than notify takes for a call, an attempt to deliver included; Cloud Tasks takes 15 s to 30 min.
CALL_DEADLINE_S = 60
RETRY = retry_on(google_errors.ServiceUnavailable, google_errors.DeadlineExceeded, timeout_s=15.0)


def tasks_client(emulator: str) -> tasks_v2.CloudTasksClient:
    """Google's client; `emulator` (host:port) stands in for a variable that the library lacks."""
    if not emulator:
        return tasks_v2.CloudTasksClient()
    return tasks_v2.CloudTasksClient(
        transport=CloudTasksGrpcTransport(channel=grpc.insecure_channel(emulator))
    )


@dataclass(frozen=True, slots=True)
class Gate:
    """How Cloud Tasks gets into notify.

    Attributes:
        url: notify's address, which is also the audience of the token.
        invoker: the service account whose OIDC token opens it.
    """

    url: str
    invoker: str


class Queue:
    """One queue whose tasks are calls to notify."""

    def __init__(self, client: tasks_v2.CloudTasksClient, name: str, gate: Gate) -> None:
        self._client = client
        self._name = name
        self._url = gate.url.rstrip("/")
        self._invoker = gate.invoker

    def call(self, name: str, path: str, body: Mapping[str, Any], not_before: datetime | None = None) -> None:
        """Enqueue one call; ALREADY_EXISTS says that somebody did so before, which is what we want.

        Args:
            name: of the Cloud Task; the same name is the same call.
            path: at notify.
            body: JSON object.
            not_before: for a call that shall come later.
        """
        call = tasks_v2.Task(
            name=f"{self._name}/tasks/{name}",
            http_request=tasks_v2.HttpRequest(
                http_method=tasks_v2.HttpMethod.POST,
                url=self._url + path,
                headers={"Content-Type": "application/json"},
                body=json.dumps(body).encode(),
                oidc_token=tasks_v2.OidcToken(service_account_email=self._invoker, audience=self._url),
            ),
            schedule_time=not_before,
            dispatch_deadline=timedelta(seconds=CALL_DEADLINE_S),
        )
        with translated("Cloud Tasks"):
            try:
                self._client.create_task(parent=self._name, task=call, retry=RETRY, timeout=TIMEOUT_S)
            except google_errors.AlreadyExists:
                return


class NotifyQueue:
    """`Notifier` on one queue."""

    def __init__(self, client: tasks_v2.CloudTasksClient, queue: str, notify_url: str, invoker: str) -> None:
        self._queue = Queue(client, queue, Gate(notify_url, invoker))

    def notify_finished(self, task: Task) -> None:
        """One call."""
        claim = task.claim
        if claim is None:
            raise Unavailable(f"Task {task.id} has no attempt to announce.")
        body = {"nonce": task.nonce, "generation": str(claim.generation), "attempt": claim.attempt}
        name = call_name(task.id, claim.generation, claim.attempt)
        self._queue.call(name, f"/api/tasks/{task.id}/processed", body)


class WebhookQueue:
    """`DeliveryQueue` on a queue of its own: a receiver that hangs delays no task's end."""

    def __init__(self, client: tasks_v2.CloudTasksClient, queue: str, notify_url: str, invoker: str) -> None:
        self._queue = Queue(client, queue, Gate(notify_url, invoker))

    def enqueue_attempt(self, task: Task, not_before: datetime | None = None) -> None:
        """One call, named by outcome, run and number."""
        webhook = task.webhook
        number = webhook.sent + 1
        body = {"nonce": task.nonce, "event": webhook.event, "run": webhook.run, "number": number}
        name = call_name(task.id, webhook.event, webhook.run, number)
        self._queue.call(name, f"/api/tasks/{task.id}/deliver", body, not_before)


def call_name(*parts: object) -> str:
    """The Cloud Tasks name of one call; a hash, because names in sequence slow a queue down."""
    return hashlib.sha256("/".join(str(part) for part in parts).encode()).hexdigest()[:40]
