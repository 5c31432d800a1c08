"""Handlers of webhooks: the endpoint at `/api/webhook`, and replays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.web.http import json_response

from ..inputs.endpoint_change import parse_endpoint_change
from .presentation import present_endpoint, present_webhook

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from shared.ports.accounts import Caller
    from shared.web.http import Call

    from ..service.webhooks import UserWebhooks


@dataclass(frozen=True, slots=True)
class WebhookHandlers:
    """Each method handles one route."""

    webhooks: Callable[[], UserWebhooks]

    def get(self, call: Call, caller: Caller) -> Response:  # noqa: ARG002  # a handler takes the call
        """The caller's endpoint, without its secret."""
        return json_response(present_endpoint(self.webhooks().get(caller)))

    def change(self, call: Call, caller: Caller) -> Response:
        """Set the receiver, rotate the secret; the first request makes a secret in any case."""
        change = parse_endpoint_change(call.body())
        endpoint, secret = self.webhooks().change(caller, change)
        call.log.info("webhook_changed", urlSet=change.sets_url, secretCreated=secret is not None)
        shown = present_endpoint(endpoint)
        return json_response(shown | {"secret": secret} if secret else shown)

    def test(self, call: Call, caller: Caller) -> Response:
        """Send one test event; the receiver's answer."""
        event, answer = self.webhooks().send_test(caller)
        call.log.info("webhook_tested", answered=answer.status, sendMs=answer.duration_ms)
        return json_response(
            {
                "webhookId": event,
                "delivered": answer.is_success,
                "status": answer.status,
                "durationMs": answer.duration_ms,
                "answer": answer.text,
            }
        )

    def replay(self, call: Call, caller: Caller) -> Response:
        """202; the delivery is queued."""
        task = self.webhooks().replay(caller, call.path["task_id"])
        call.log.info("webhook_replayed", taskId=task.id, webhookId=task.webhook.event)
        return json_response({"id": task.id, "webhook": present_webhook(task.webhook)}, 202)
