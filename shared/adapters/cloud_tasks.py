"""Tells notify through Cloud Tasks: named tasks, so that enqueuing twice is the same as once."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import grpc
from google.api_core import exceptions as google_errors
from google.api_core.retry import Retry, if_exception_type
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from shared.adapters.google import translated
from shared.errors import Unavailable

if TYPE_CHECKING:
    from shared.task import Task

TIMEOUT_S = 5.0
RETRY = Retry(
    predicate=if_exception_type(google_errors.ServiceUnavailable, google_errors.DeadlineExceeded),
    initial=0.1,
    maximum=1.0,
    timeout=15.0,
)


def tasks_client(emulator: str) -> tasks_v2.CloudTasksClient:
    """Google's client; `emulator` (host:port) stands in for a variable that the library lacks."""
    if not emulator:
        return tasks_v2.CloudTasksClient()
    return tasks_v2.CloudTasksClient(
        transport=CloudTasksGrpcTransport(channel=grpc.insecure_channel(emulator))
    )


class NotifyQueue:
    """`Notifier` on one queue.

    Attributes:
        invoker: the service account whose OIDC token opens notify.
    """

    def __init__(self, client: tasks_v2.CloudTasksClient, queue: str, notify_url: str, invoker: str) -> None:
        self._client = client
        self._queue = queue
        self._notify_url = notify_url.rstrip("/")
        self._invoker = invoker

    def attempt_finished(self, task: Task) -> None:
        """One call; ALREADY_EXISTS says that somebody told notify before, which is what we want."""
        with translated("Cloud Tasks"):
            try:
                self._client.create_task(
                    parent=self._queue, task=self._call(task), retry=RETRY, timeout=TIMEOUT_S
                )
            except google_errors.AlreadyExists:
                return

    def _call(self, task: Task) -> tasks_v2.Task:
        claim = task.claim
        if claim is None:
            raise Unavailable(f"Task {task.id} has no attempt to speak of.")
        body = {"nonce": task.nonce, "generation": str(claim.generation), "attempt": claim.attempt}
        return tasks_v2.Task(
            name=f"{self._queue}/tasks/{call_name(task.id, claim.generation, claim.attempt)}",
            http_request=tasks_v2.HttpRequest(
                http_method=tasks_v2.HttpMethod.POST,
                url=f"{self._notify_url}/api/tasks/{task.id}/processed",
                headers={"Content-Type": "application/json"},
                body=json.dumps(body).encode(),
                oidc_token=tasks_v2.OidcToken(service_account_email=self._invoker, audience=self._notify_url),
            ),
        )


def call_name(task_id: str, generation: int, attempt: int) -> str:
    """The Cloud Tasks name of one attempt's call; a hash, because names in sequence slow a queue down."""
    return hashlib.sha256(f"{task_id}/{generation}/{attempt}".encode()).hexdigest()[:40]
