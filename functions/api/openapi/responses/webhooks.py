"""Schemas of webhook endpoints and deliveries."""

from __future__ import annotations

from shared.domain.webhook import DeliveryState

from ..shapes import INSTANT, TEXT, WHOLE, Schema, nullable, record, ref


def webhook_schemas() -> dict[str, Schema]:
    """Component name → schema."""
    return {
        "WebhookEndpoint": _endpoint(),
        "WebhookTest": record(
            webhookId=TEXT,
            delivered={"type": "boolean"},
            status=nullable(WHOLE),
            durationMs=WHOLE,
            answer={**TEXT, "description": "The first 1,024 bytes of the receiver's answer."},
        ),
        "TaskReceiver": _task_receiver(),
        "TaskWebhook": _task_webhook(),
        "Delivery": record(webhookId=TEXT, at=INSTANT, status=nullable(WHOLE), durationMs=WHOLE, answer=TEXT),
        "WebhookReplay": record(id=TEXT, webhook=ref("TaskWebhook")),
    }


def _endpoint() -> Schema:
    return record(
        ("createdAt", "updatedAt", "disabledAt", "previousSecretUntil", "secret"),
        url=nullable(TEXT),
        enabled={"type": "boolean"},
        secretSet={"type": "boolean"},
        createdAt=INSTANT,
        updatedAt=INSTANT,
        disabledAt=INSTANT,
        previousSecretUntil=INSTANT,
        secret={**TEXT, "description": "Only in the response that creates it: store it."},
    )


def _task_receiver() -> Schema:
    """In a task: the receiver alone in lists and new tasks, all of `TaskWebhook` in the task itself."""
    secret = {**TEXT, "description": "Only in the response that creates it: store it."}
    return record((*_deliveries(), "secret"), **_deliveries(), secret=secret)


def _task_webhook() -> Schema:
    return record(**_deliveries())


def _deliveries() -> dict[str, Schema]:
    return {
        "url": nullable(TEXT),
        "webhookId": nullable(TEXT),
        "status": {**TEXT, "enum": [state.value for state in DeliveryState]},
        "deliveries": {"type": "array", "items": ref("Delivery")},
    }
