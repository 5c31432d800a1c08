"""The handlers of webhooks: the endpoint at `/api/webhook`, and telling a task's outcome again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.web.http import json_response

from ..inputs.endpoint_change import parse_change
from .presentation import instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from shared.domain.webhook import Delivery, Webhook
    from shared.ports.accounts import Caller
    from shared.web.http import Call
    from shared.webhooks.endpoint import Endpoint

    from ..service.quotas import Quotas
    from ..service.webhooks import UserWebhooks


@dataclass(frozen=True, slots=True)
class WebhookRoutes:
    """Each method is one route's handler."""

    webhooks: Callable[[], UserWebhooks]
    quotas: Callable[[], Quotas]

    def get(self, call: Call, caller: Caller) -> Response:  # noqa: ARG002  # a handler takes the call
        """The caller's endpoint; without one, all is empty."""
        return json_response(present_endpoint(self.webhooks().get(caller)))

    def put(self, call: Call, caller: Caller) -> Response:
        """Change the receiver, rotate the secret; the first call makes a secret in any case."""
        change = parse_change(call.body())
        endpoint, secret = self.webhooks().change(caller, change)
        call.log.info("webhook_changed", points=change.points, newSecret=secret is not None)
        shown = present_endpoint(endpoint)
        return json_response(shown | {"secret": secret} if secret else shown)

    def test(self, call: Call, caller: Caller) -> Response:
        """One trial event, and what the receiver answered; counts as an upload does, for it costs as much."""
        self.quotas().take_step(caller.uid)
        event, answer = self.webhooks().try_out(caller)
        call.log.info("webhook_tried", answered=answer.status, sendMs=answer.duration_ms)
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
        """202: the outcome is being told again; counts as a trial does."""
        self.quotas().take_step(caller.uid)
        task = self.webhooks().replay(caller, call.path["task_id"])
        call.log.info("webhook_replayed", taskId=task.id, webhookId=task.webhook.event)
        return json_response({"id": task.id, "webhook": present_webhook(task.webhook)}, 202)


def present_endpoint(endpoint: Endpoint | None) -> dict[str, Any]:
    """The endpoint without its secrets."""
    if endpoint is None:
        return {"url": None, "enabled": False, "hasSecret": False}
    shown: dict[str, Any] = {
        "url": endpoint.url,
        "enabled": endpoint.receiver is not None,
        "hasSecret": True,
        "createdAt": instant(endpoint.created_at),
        "updatedAt": instant(endpoint.updated_at),
    }
    if endpoint.disabled_at:
        shown["disabledAt"] = instant(endpoint.disabled_at)
    if endpoint.previous_until:
        shown["previousSecretUntil"] = instant(endpoint.previous_until)
    return shown


def present_webhook(webhook: Webhook) -> dict[str, Any]:
    """How far the telling of a task's outcome has come, and every attempt that is still in the log."""
    return {
        "url": webhook.url,
        "webhookId": webhook.event,
        "status": webhook.state.value,
        "deliveries": [_present_delivery(delivery) for delivery in webhook.deliveries],
    }


def _present_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "webhookId": delivery.event,
        "at": instant(delivery.at),
        "status": delivery.status,
        "durationMs": delivery.duration_ms,
        "answer": delivery.answer,
    }
