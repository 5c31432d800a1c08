"""A user's webhooks: the endpoint and its secret, test events, replays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.errors import Conflict
from shared.domain.webhook import random_event_id
from shared.service.update import change_endpoint, change_task
from shared.webhooks.endpoint import Endpoint
from shared.webhooks.events import TYPES, body
from shared.webhooks.signing import new_secret, signed_headers
from shared.webhooks.target import parse_target

from ..inputs.endpoint_change import EndpointChange
from .tasks import check_owner, check_task_id

if TYPE_CHECKING:
    from shared.domain.task import Task
    from shared.ports.accounts import Caller
    from shared.ports.clock import Clock
    from shared.ports.tasks import TaskStore
    from shared.webhooks.ports import DeliveryQueue, EndpointStore, Sender, WebhookResponse

    from .quotas import Quotas

NO_RECEIVER = "There is no receiver. Set one with PUT /api/webhook."


class WebhookTest(NamedTuple):
    """The id of a test event and what the receiver answered."""

    event: str
    answer: WebhookResponse


@dataclass(frozen=True, slots=True)
class UserWebhooks:
    """Manages the caller's endpoint and the deliveries of the caller's tasks.

    Attributes:
        allow_loopback: whether a receiver may be on this machine, for local development.
    """

    endpoints: EndpointStore
    tasks: TaskStore
    queue: DeliveryQueue
    sender: Sender
    quotas: Quotas
    clock: Clock
    allow_loopback: bool

    def get(self, caller: Caller) -> Endpoint | None:
        """The caller's endpoint."""
        return self.endpoints.get(caller.uid)

    def change(self, caller: Caller, change: EndpointChange) -> tuple[Endpoint, str | None]:
        """The changed endpoint, and its secret if that is new: it is shown only this once.

        Raises:
            InvalidField: the URL must not be called; the message says why.
        """
        now, secret = self.clock(), new_secret()
        self._check_url(change.url, "url")

        def apply(known: Endpoint | None) -> Endpoint:
            endpoint = known or Endpoint.new(caller.uid, secret, now)
            # A repeated write can meet its own first attempt, which must not rotate twice.
            if known and change.rotates_secret and known.secret != secret:
                endpoint = endpoint.rotated(secret, now)
            return endpoint.with_url(change.url, now) if change.sets_url else endpoint

        endpoint = change_endpoint(self.endpoints, caller.uid, apply)
        return endpoint, secret if endpoint.secret == secret else None

    def prepare_receiver(self, caller: Caller, url: str) -> str | None:
        """Check the receiver of one task; the caller's secret, if this call made it.

        Raises:
            InvalidField: the URL must not be called; the message says why.
        """
        self._check_url(url, "webhook")
        return self.change(caller, EndpointChange())[1]

    def send_test(self, caller: Caller) -> WebhookTest:
        """Send one test event to the endpoint, without a second attempt; counts as an upload.

        Raises:
            QuotaExceeded: the user sends too many.
            Conflict: the endpoint has no receiver.
        """
        self.quotas.charge(caller.uid)
        endpoint = self.endpoints.get(caller.uid)
        if endpoint is None or endpoint.receiver is None:
            raise Conflict(NO_RECEIVER)
        now, event = self.clock(), random_event_id()
        content = body("webhook.test", now, {"message": "Sonube can reach this receiver."})
        headers = signed_headers(event, int(now.timestamp()), content, endpoint.secrets(now))
        return WebhookTest(event, self.sender.post(endpoint.receiver, content, headers))

    def replay(self, caller: Caller, task_id: str) -> Task:
        """Deliver the outcome again under its own `webhook-id`, with all attempts; counts as an upload.

        Raises:
            QuotaExceeded: the user replays too many.
            NotFound: there is no such task, or it belongs to another user.
            Conflict: the task has no outcome yet, or no receiver.
        """
        self.quotas.charge(caller.uid)
        check_task_id(task_id)
        endpoint = self.endpoints.get(caller.uid)

        def restart(task: Task) -> Task:
            check_owner(caller, task)
            if task.state not in TYPES or (event := task.outcome_event()) is None:
                raise Conflict(f"The task is {task.state}; there is no outcome to deliver.")
            if not task.webhook.url and not (endpoint and endpoint.receiver):
                raise Conflict(NO_RECEIVER)
            occurred_at = task.webhook.occurred_at or task.updated_at
            return replace(task, webhook=task.webhook.with_outcome(event, occurred_at))

        task = change_task(self.tasks, task_id, restart)
        self.queue.enqueue_attempt(task)
        return task

    def _check_url(self, url: str | None, field: str) -> None:
        if url is not None:
            parse_target(url, allow_loopback=self.allow_loopback, field=field)
