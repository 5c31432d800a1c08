"""Webhook endpoints in memory; deliveries and requests, recorded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shared.domain.errors import RevisionChanged
from shared.webhooks.ports import WebhookResponse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shared.domain.task import Task
    from shared.webhooks.endpoint import Endpoint


@dataclass
class FakeEndpoints:
    """`EndpointStore` in a dictionary."""

    stored: dict[str, Endpoint] = field(default_factory=dict)
    writes: int = 0

    def get(self, owner: str) -> Endpoint | None:
        return self.stored.get(owner)

    def put(self, endpoint: Endpoint) -> None:
        known = self.stored.get(endpoint.owner)
        if (known.revision if known else None) != endpoint.revision:
            raise RevisionChanged
        self.writes += 1
        self.stored[endpoint.owner] = replace(endpoint, revision=str(self.writes))

    def remove(self, owner: str) -> None:
        self.stored.pop(owner, None)


@dataclass
class FakeQueue:
    """`DeliveryQueue` that records event, run, number and time of each attempt."""

    enqueued: list[tuple[str | None, int, int, datetime | None]] = field(default_factory=list)

    def enqueue_attempt(self, task: Task, not_before: datetime | None = None) -> None:
        self.enqueued.append((task.webhook.event, task.webhook.run, task.webhook.sent + 1, not_before))


@dataclass
class FakeSender:
    """`Sender` that records what it sent and responds by a script, with 200 after its end."""

    script: list[WebhookResponse] = field(default_factory=list)
    sent: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        self.sent.append((url, body, dict(headers)))
        return self.script.pop(0) if self.script else WebhookResponse(200, "ok", 5)
