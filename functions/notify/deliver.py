"""Tells a task's outcome to its receiver: one attempt for each call, each written down, the next one booked.

The schedule is ours and not the queue's. Answering Cloud Tasks with an error would slow down the whole queue,
so one dead receiver would delay everybody's webhooks; it is told of our own failures only.

Idempotent under redelivery: a call carries the number of its attempt, and one that is in the log already only
books the next attempt again, under the name that it had. What cannot be excluded is an instance that dies
between the receiver's answer and the log: the receiver then hears twice, under the same `webhook-id`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.domain.errors import NotFound
from shared.domain.formats import FORMATS
from shared.domain.webhook import Delivery, DeliveryState
from shared.service.update import change_endpoint, change_task
from shared.webhooks.endpoint import Endpoint
from shared.webhooks.events import TYPES, outcome_body
from shared.webhooks.signing import new_secret, signed_headers

from .finish import check_nonce, count, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from shared.domain.task import Output, Task
    from shared.domain.webhook import Webhook
    from shared.ports.clock import Clock
    from shared.ports.links import SignedRequest, UrlSigner
    from shared.ports.tasks import TaskStore
    from shared.webhooks.ports import Answer, DeliveryQueue, EndpointStore, Sender

GONE = 410
# Each wait is drawn from this range, so that what failed together does not come again together.
JITTER = (1.0, 1.1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Which attempt a call asks for: of this run for this outcome; the nonce proves who asks."""

    nonce: str
    event: str
    run: int
    number: int


def parse_attempt(body: Mapping[str, Any]) -> Attempt:
    """The attempt in a JSON body.

    Raises:
        InvalidField: a part is missing or of another kind.
    """
    return Attempt(text(body, "nonce"), text(body, "event"), count(body, "run"), count(body, "number"))


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """What became of a call.

    Attributes:
        outcome: a `DeliveryState`, or why no attempt was made: `taskGone`, `over`, `sentBefore`,
            `noReceiver`.
        answer: the receiver's, if an attempt was made.
    """

    outcome: str
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Deliver:
    """The use case.

    Attributes:
        waits_s: between an attempt and the next; after the last of them a failure is final.
    """

    store: TaskStore
    endpoints: EndpointStore
    queue: DeliveryQueue
    urls: UrlSigner
    sender: Sender
    clock: Clock
    waits_s: tuple[float, ...]

    def run(self, task_id: str, asked: Attempt) -> DeliveryOutcome:
        """Make the attempt that is asked for, unless it was made, or nobody waits for it any more.

        Raises:
            Forbidden: the nonce is not the task's.
            PlatformError: something of ours did not answer; the call has to come again.
        """
        task = self.store.get(task_id)
        if task is None:
            return DeliveryOutcome("taskGone")
        check_nonce(task, asked.nonce)
        webhook = task.webhook
        if task.state not in TYPES or not webhook.is_pending(asked.event, asked.run):
            return DeliveryOutcome("over")
        if asked.number <= webhook.sent:
            wait = timedelta(seconds=self.waits_s[webhook.sent - 1])
            self.queue.enqueue_attempt(task, webhook.deliveries[-1].at + wait)
            return DeliveryOutcome("sentBefore")
        return self._attempt(task, asked)

    def _attempt(self, task: Task, asked: Attempt) -> DeliveryOutcome:
        endpoint = self._endpoint(task)
        url = task.webhook.url or endpoint.receiver
        if url is None:
            self._change(task.id, lambda webhook: webhook.closed(asked.event, asked.run, DeliveryState.GONE))
            return DeliveryOutcome("noReceiver")
        at = self.clock()
        answer = self._send(task, endpoint, url, asked.event, at)
        then = self._verdict(answer, asked.number)
        # The endpoint first: were the task first and this instance gone, nobody would disable it any more.
        if answer.status == GONE and task.webhook.url is None:
            self._disable(task.owner, url)
        delivery = Delivery(asked.event, at, answer.duration_ms, answer.text, answer.status)
        told = self._change(
            task.id, lambda webhook: webhook.attempted(asked.run, asked.number, delivery, then)
        )
        if told and told.webhook.is_pending(asked.event, asked.run):
            self.queue.enqueue_attempt(told, at + self._wait(answer, asked.number))
        return DeliveryOutcome(then.value, answer)

    def _endpoint(self, task: Task) -> Endpoint:
        """The owner's; one is made for a secret where there is none, so that nothing leaves unsigned."""
        now = self.clock()
        return self.endpoints.get(task.owner) or change_endpoint(
            self.endpoints,
            task.owner,
            lambda known: known or Endpoint.new(task.owner, new_secret(), now),
        )

    def _send(self, task: Task, endpoint: Endpoint, url: str, event: str, at: datetime) -> Answer:
        body = outcome_body(task, self._link)
        headers = signed_headers(event, int(at.timestamp()), body, endpoint.secrets(at))
        return self.sender.post(url, body, headers)

    def _link(self, output: Output) -> SignedRequest:
        filename = output.object.partition("/")[2]
        return self.urls.download(output.object, filename, FORMATS[output.format].content_type)

    def _verdict(self, answer: Answer, number: int) -> DeliveryState:
        if answer.is_success:
            return DeliveryState.DELIVERED
        if answer.status == GONE:
            return DeliveryState.GONE
        return DeliveryState.PENDING if number <= len(self.waits_s) else DeliveryState.GIVEN_UP

    def _wait(self, answer: Answer, number: int) -> timedelta:
        """The schedule's, longer if the receiver asks for more."""
        wait_s = self.waits_s[number - 1] * random.uniform(*JITTER)  # noqa: S311  # jitter, not a secret
        return timedelta(seconds=max(wait_s, answer.retry_after_s or 0))

    def _change(self, task_id: str, change: Callable[[Webhook], Webhook]) -> Task | None:
        """Write down what became of the attempt; None if the task was deleted meanwhile."""
        try:
            return change_task(self.store, task_id, lambda task: replace(task, webhook=change(task.webhook)))
        except NotFound:
            return None

    def _disable(self, owner: str, url: str) -> None:
        now = self.clock()
        change_endpoint(
            self.endpoints,
            owner,
            lambda known: (known or Endpoint.new(owner, new_secret(), now)).disabled(url, now),
        )
