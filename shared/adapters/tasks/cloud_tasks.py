"""Calls notify, and convert for what waits in a queue, through Cloud Tasks.

Tasks have names, so that repeated enqueuing has no effect.
"""

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

    from shared.domain.files import Upload
    from shared.domain.task import Task

TIMEOUT_S = 5.0
# Longer than a call of notify takes, including a webhook attempt; Cloud Tasks allows 15 s to 30 min.
CALL_DEADLINE_S = 60
# The longest that Cloud Tasks waits for a response.
CONVERSION_DEADLINE_S = 1800
RETRY = retry_on(google_errors.ServiceUnavailable, google_errors.DeadlineExceeded, timeout_s=15.0)


def tasks_client(emulator: str) -> tasks_v2.CloudTasksClient:
    """Google's client; `emulator` is host:port, for which the library has no variable."""
    if not emulator:
        return tasks_v2.CloudTasksClient()
    return tasks_v2.CloudTasksClient(
        transport=CloudTasksGrpcTransport(channel=grpc.insecure_channel(emulator))
    )


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How Cloud Tasks calls a function.

    Attributes:
        url: of the function, which is also the audience of the token.
        invoker: the service account of the OIDC token.
        deadline_s: for its response.
    """

    url: str
    invoker: str
    deadline_s: int = CALL_DEADLINE_S


class Queue:
    """A queue of calls to one function."""

    def __init__(self, client: tasks_v2.CloudTasksClient, name: str, endpoint: Endpoint) -> None:
        self._client = client
        self._name = name
        self._url = endpoint.url.rstrip("/")
        self._endpoint = endpoint

    def call(self, name: str, path: str, body: Mapping[str, Any], not_before: datetime | None = None) -> None:
        """Enqueue one call, unless it was enqueued before.

        Args:
            name: of the Cloud Task; identifies the call.
            path: of the function.
            body: JSON object.
            not_before: the earliest time of the call.
        """
        call = tasks_v2.Task(
            name=f"{self._name}/tasks/{name}",
            http_request=tasks_v2.HttpRequest(
                http_method=tasks_v2.HttpMethod.POST,
                url=self._url + path,
                headers={"Content-Type": "application/json"},
                body=json.dumps(body).encode(),
                oidc_token=tasks_v2.OidcToken(
                    service_account_email=self._endpoint.invoker, audience=self._url
                ),
            ),
            schedule_time=not_before,
            dispatch_deadline=timedelta(seconds=self._endpoint.deadline_s),
        )
        with translated("Cloud Tasks"):
            try:
                self._client.create_task(parent=self._name, task=call, retry=RETRY, timeout=TIMEOUT_S)
            except google_errors.AlreadyExists:
                return


class NotifyQueue:
    """`Notifier` on one queue."""

    def __init__(self, client: tasks_v2.CloudTasksClient, queue: str, notify_url: str, invoker: str) -> None:
        self._queue = Queue(client, queue, Endpoint(notify_url, invoker))

    def notify_finished(self, task: Task) -> None:
        """One call."""
        claim = task.claim
        if claim is None:
            raise Unavailable(f"Task {task.id} has no attempt to announce.")
        body = {"nonce": task.nonce, "generation": str(claim.generation), "attempt": claim.attempt}
        name = call_name(task.id, claim.generation, claim.attempt)
        self._queue.call(name, f"/api/tasks/{task.id}/processed", body)


class WebhookQueue:
    """`DeliveryQueue` on a separate queue: slow receivers do not delay calls about finished attempts."""

    def __init__(self, client: tasks_v2.CloudTasksClient, queue: str, notify_url: str, invoker: str) -> None:
        self._queue = Queue(client, queue, Endpoint(notify_url, invoker))

    def enqueue_attempt(self, task: Task, not_before: datetime | None = None) -> None:
        """One call, named by event, run and number."""
        webhook = task.webhook
        number = webhook.sent + 1
        body = {"nonce": task.nonce, "event": webhook.event, "run": webhook.run, "number": number}
        name = call_name(task.id, webhook.event, webhook.run, number)
        self._queue.call(name, f"/api/tasks/{task.id}/deliver", body, not_before)


class ConversionQueues:
    """`ConversionQueue` on queues by the names that claims have, whose calls the same function takes."""

    def __init__(
        self, client: tasks_v2.CloudTasksClient, queues: Mapping[str, str], url: str, invoker: str
    ) -> None:
        endpoint = Endpoint(url, invoker, CONVERSION_DEADLINE_S)
        self._queues = {name: Queue(client, queue, endpoint) for name, queue in queues.items()}

    def enqueue_conversion(self, task: Task, upload: Upload) -> None:
        """One call, named by generation and attempt; its body has the fields of the upload's event."""
        claim = task.claim
        if claim is None or claim.queue not in self._queues:
            raise Unavailable(f"Task {task.id} has no attempt that waits in a queue.")
        body = {
            "bucket": upload.bucket,
            "name": upload.object,
            "generation": str(upload.generation),
            "size": str(upload.size_bytes),
            "crc32c": upload.crc32c,
            "contentType": upload.content_type,
            "contentEncoding": upload.content_encoding,
            "timeCreated": upload.time_created.isoformat(),
        }
        name = call_name(task.id, claim.generation, claim.next_attempt)
        self._queues[claim.queue].call(name, f"/api/tasks/{task.id}/convert", body)


def call_name(*parts: object) -> str:
    """The Cloud Tasks name of a call; a hash, because sequential names slow a queue down."""
    return hashlib.sha256("/".join(str(part) for part in parts).encode()).hexdigest()[:40]
