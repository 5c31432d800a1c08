"""The use cases of a user's webhooks: the endpoint and its secret, a trial event, an outcome told again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain.errors import Conflict, NotFound
from shared.domain.names import TASK_ID
from shared.domain.webhook import random_event_id
from shared.service.update import change_endpoint, change_task
from shared.webhooks.endpoint import Endpoint
from shared.webhooks.events import TYPES, body
from shared.webhooks.signing import new_secret, signed_headers
from shared.webhooks.target import parse_target

if TYPE_CHECKING:
    from shared.domain.task import Task
    from shared.ports.accounts import Caller
    from shared.ports.clock import Clock
    from shared.ports.tasks import TaskStore
    from shared.webhooks.ports import Answer, DeliveryQueue, EndpointStore, Sender

    from ..inputs.endpoint_change import EndpointChange


@dataclass(frozen=True, slots=True)
class UserWebhooks:
    """Everything that a signed-in user may do with webhooks.

    Attributes:
        allow_loopback: whether a receiver may be this very machine: for local development only.
    """

    endpoints: EndpointStore
    tasks: TaskStore
    queue: DeliveryQueue
    sender: Sender
    clock: Clock
    allow_loopback: bool

    def get(self, caller: Caller) -> Endpoint | None:
        """The caller's endpoint."""
        return self.endpoints.get(caller.uid)

    def change(self, caller: Caller, wanted: EndpointChange) -> tuple[Endpoint, str | None]:
        """The endpoint as it is now, and its secret if that is new: it is shown this once."""
        now, fresh = self.clock(), new_secret()
        url = self.receiver(wanted.url, "url")

        def apply(known: Endpoint | None) -> Endpoint:
            endpoint = known or Endpoint.new(caller.uid, fresh, now)
            # A write that was repeated can meet its own first try: that is no second rotation.
            if known and wanted.rotates and known.secret != fresh:
                endpoint = endpoint.rotated(fresh, now)
            return endpoint.with_url(url, now) if wanted.points else endpoint

        endpoint = change_endpoint(self.endpoints, caller.uid, apply)
        return endpoint, fresh if endpoint.secret == fresh else None

    def receiver(self, value: str | None, field: str) -> str | None:
        """The URL if it may be called, or None for none.

        Raises:
            InvalidField: it may not; the message says why.
        """
        if value is not None:
            parse_target(value, allow_loopback=self.allow_loopback, field=field)
        return value

    def try_out(self, caller: Caller) -> tuple[str, Answer]:
        """Send one trial event to the endpoint, now and without a second attempt; its id and what came back.

        Raises:
            Conflict: there is nowhere to send it.
        """
        endpoint = self.endpoints.get(caller.uid)
        if endpoint is None or endpoint.receiver is None:
            raise Conflict("There is no receiver: PUT /api/webhook with a url sets one.")
        now, event = self.clock(), random_event_id()
        content = body("webhook.test", now, {"message": "Sonube can reach this receiver."})
        headers = signed_headers(event, int(now.timestamp()), content, endpoint.secrets(now))
        return event, self.sender.post(endpoint.receiver, content, headers)

    def replay(self, caller: Caller, task_id: str) -> Task:
        """Have the task's outcome told again, under its own `webhook-id`, with a full run of attempts.

        Raises:
            NotFound: there is no such task, or it is somebody else's.
            Conflict: it has no outcome yet, or nobody to tell it to.
        """
        if not TASK_ID.fullmatch(task_id):
            raise NotFound
        endpoint = self.endpoints.get(caller.uid)

        def again(task: Task) -> Task:
            if task.owner != caller.uid:
                raise NotFound
            if task.state not in TYPES or (event := task.outcome_event()) is None:
                raise Conflict(f"The task is {task.state}: there is no outcome to tell.")
            if not task.webhook.url and not (endpoint and endpoint.receiver):
                raise Conflict("There is no receiver: PUT /api/webhook with a url sets one.")
            since = task.webhook.occurred_at or task.updated_at
            return replace(task, webhook=task.webhook.with_outcome(event, since))

        task = change_task(self.tasks, task_id, again)
        self.queue.enqueue_attempt(task)
        return task
