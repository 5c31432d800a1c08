"""Delivers the outcome of a task to its receiver: each call makes one attempt, logs it and queues the next.

The retry schedule is in the task and not in the queue: an error response to Cloud Tasks slows down the whole
queue, so one dead receiver would delay every webhook. Only this service's own failures are errors there.

Idempotent under redelivery: a call carries the number of its attempt. If the log has that attempt already,
the call only queues the next one again, under the same name. If an instance dies between the receiver's
answer and the log, the receiver gets the event twice, under the same `webhook-id`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain.errors import NotFound
from shared.domain.formats import FORMATS
from shared.domain.webhook import Delivery, DeliveryState
from shared.service.update import change_endpoint, change_task
from shared.webhooks.endpoint import Endpoint
from shared.webhooks.events import TYPES, outcome_body
from shared.webhooks.signing import new_secret, signed_headers

from .settle import check_nonce

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from shared.domain.files import Output
    from shared.domain.task import Task
    from shared.domain.webhook import Webhook
    from shared.ports.clock import Clock
    from shared.ports.links import SignedRequest, UrlSigner
    from shared.ports.tasks import TaskStore
    from shared.webhooks.ports import DeliveryQueue, EndpointStore, Sender, WebhookResponse

    from .inputs import DeliveryAttempt

GONE = 410
# Each wait is multiplied by a random factor, so that simultaneous failures are not retried together.
JITTER = (1.0, 1.1)


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The result of a call.

    Attributes:
        outcome: a `DeliveryState`, or why no attempt was made: `taskDeleted`, `notPending`, `alreadySent`,
            `noReceiver`.
        answer: the receiver's, if an attempt was made.
    """

    outcome: str
    answer: WebhookResponse | None = None


@dataclass(frozen=True, slots=True)
class DeliverWebhook:
    """The use case.

    Attributes:
        waits_s: between one attempt and the next; the attempt after the last wait is the last.
    """

    tasks: TaskStore
    endpoints: EndpointStore
    queue: DeliveryQueue
    urls: UrlSigner
    sender: Sender
    clock: Clock
    waits_s: tuple[float, ...]

    def run(self, task_id: str, attempt: DeliveryAttempt) -> DeliveryResult:
        """Make the attempt, unless it was made before or the delivery is no longer pending.

        Raises:
            Forbidden: the nonce is not the task's.
            PlatformError: a service failed; Cloud Tasks must call again.
        """
        task = self.tasks.get(task_id)
        if task is None:
            return DeliveryResult("taskDeleted")
        check_nonce(task, attempt.nonce)
        webhook = task.webhook
        if task.state not in TYPES or not webhook.is_pending(attempt.event, attempt.run):
            return DeliveryResult("notPending")
        if attempt.number <= webhook.sent:
            wait = timedelta(seconds=self.waits_s[webhook.sent - 1])
            self.queue.enqueue_attempt(task, webhook.deliveries[-1].at + wait)
            return DeliveryResult("alreadySent")
        return self._attempt(task, attempt)

    def _attempt(self, task: Task, attempt: DeliveryAttempt) -> DeliveryResult:
        endpoint = self._endpoint(task)
        url = task.webhook.url or endpoint.receiver
        if url is None:
            self._change(task.id, lambda w: w.closed(attempt.event, attempt.run, DeliveryState.GONE))
            return DeliveryResult("noReceiver")
        at = self.clock()
        answer = self._send(task, endpoint, url, attempt.event, at)
        state = self._state_after(answer, attempt.number)
        # Before the task: if the instance dies after the task is written, no call would disable the endpoint.
        if answer.status == GONE and task.webhook.url is None:
            self._disable(task.owner, url)
        delivery = Delivery(attempt.event, at, answer.duration_ms, answer.text, answer.status)
        logged = self._change(task.id, lambda w: w.attempted(attempt.run, attempt.number, delivery, state))
        if logged and logged.webhook.is_pending(attempt.event, attempt.run):
            self.queue.enqueue_attempt(logged, at + self._wait(answer, attempt.number))
        return DeliveryResult(state.value, answer)

    def _endpoint(self, task: Task) -> Endpoint:
        """The owner's endpoint; created if there is none, since its secret signs every event."""
        now = self.clock()
        return self.endpoints.get(task.owner) or change_endpoint(
            self.endpoints,
            task.owner,
            lambda known: known or Endpoint.new(task.owner, new_secret(), now),
        )

    def _send(self, task: Task, endpoint: Endpoint, url: str, event: str, at: datetime) -> WebhookResponse:
        body = outcome_body(task, self._link)
        headers = signed_headers(event, int(at.timestamp()), body, endpoint.secrets(at))
        return self.sender.post(url, body, headers)

    def _link(self, output: Output) -> SignedRequest:
        filename = output.object.partition("/")[2]
        return self.urls.download(output.object, filename, FORMATS[output.format].content_type)

    def _state_after(self, answer: WebhookResponse, number: int) -> DeliveryState:
        if answer.is_success:
            return DeliveryState.DELIVERED
        if answer.status == GONE:
            return DeliveryState.GONE
        return DeliveryState.PENDING if number <= len(self.waits_s) else DeliveryState.GIVEN_UP

    def _wait(self, answer: WebhookResponse, number: int) -> timedelta:
        """The schedule's wait; longer if the receiver's Retry-After is longer."""
        wait_s = self.waits_s[number - 1] * random.uniform(*JITTER)  # noqa: S311  # jitter, not a secret
        return timedelta(seconds=max(wait_s, answer.retry_after_s or 0))

    def _change(self, task_id: str, change: Callable[[Webhook], Webhook]) -> Task | None:
        """The changed task; None if it was deleted during the attempt."""
        try:
            return change_task(self.tasks, task_id, lambda task: replace(task, webhook=change(task.webhook)))
        except NotFound:
            return None

    def _disable(self, owner: str, url: str) -> None:
        now = self.clock()
        change_endpoint(
            self.endpoints,
            owner,
            lambda known: (known or Endpoint.new(owner, new_secret(), now)).disabled(url, now),
        )
