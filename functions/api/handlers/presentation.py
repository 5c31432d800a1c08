"""JSON of links, webhooks and keys as clients see them: without internal fields, with times in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.domain.presentation.task import instant, present_task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.task import Task
    from shared.domain.webhook import Delivery, Webhook
    from shared.keys.api_key import ApiKey
    from shared.ports.links import SignedRequest
    from shared.webhooks.endpoint import Endpoint

    from ..service.links import DownloadLinks, Link


def present_created(
    task: Task, upload: dict[str, Any], webhook: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A new task with its upload, and its own receiver if it has one."""
    return {**present_task(task), **({"webhook": dict(webhook)} if webhook else {}), "upload": upload}


def present_upload(request: SignedRequest, session: Link, base_url: str) -> dict[str, Any]:
    """A single PUT to the bucket, and a POST that opens a resumable upload there.

    The POST carries the headers that the bucket requires; this API's own route ignores them.
    """
    resumable = present_link(session, base_url, "POST")
    resumable["headers"] = {**request.headers, "x-goog-resumable": "start"}
    return {
        "url": request.url,
        "method": request.method,
        "headers": dict(request.headers),
        "expiresAt": instant(request.expires_at),
        "resumable": resumable,
    }


def add_links(shown: dict[str, Any], links: DownloadLinks, base_url: str) -> None:
    """Add the links to the files of a processed task."""
    source = shown["source"]
    source["download"] = present_link(links.original, base_url)
    if links.waveform:
        source["waveform"] = present_link(links.waveform, base_url)
    for output, link in zip(shown["outputs"], links.outputs, strict=True):
        output["download"] = present_link(link, base_url)


def present_link(link: Link, base_url: str, method: str = "GET") -> dict[str, Any]:
    """A request to this API that needs no ID token."""
    return {
        "url": base_url + link.path,
        "method": method,
        "headers": {},
        "expiresAt": instant(link.expires_at),
    }


def present_endpoint(endpoint: Endpoint | None) -> dict[str, Any]:
    """The endpoint without its secrets."""
    if endpoint is None:
        return {"url": None, "enabled": False, "secretSet": False}
    shown: dict[str, Any] = {
        "url": endpoint.url,
        "enabled": endpoint.receiver is not None,
        "secretSet": True,
        "createdAt": instant(endpoint.created_at),
        "updatedAt": instant(endpoint.updated_at),
    }
    if endpoint.disabled_at:
        shown["disabledAt"] = instant(endpoint.disabled_at)
    if endpoint.previous_until:
        shown["previousSecretUntil"] = instant(endpoint.previous_until)
    return shown


def present_webhook(webhook: Webhook) -> dict[str, Any]:
    """The state of a task's delivery, with the attempts that its log still holds."""
    return {
        "url": webhook.url,
        "webhookId": webhook.event,
        "status": webhook.state.value,
        "deliveries": [_present_delivery(delivery) for delivery in webhook.deliveries],
    }


def present_key(key: ApiKey) -> dict[str, Any]:
    """A key without its secret."""
    return {
        "id": key.id,
        "name": key.name,
        "scope": key.scope,
        "ending": key.ending,
        "createdAt": instant(key.created_at),
        "expiresAt": instant(key.expire_at) if key.expire_at else None,
        "lastUsedAt": instant(key.used_at) if key.used_at else None,
    }


def _present_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "webhookId": delivery.event,
        "at": instant(delivery.at),
        "status": delivery.status,
        "durationMs": delivery.duration_ms,
        "answer": delivery.answer,
    }
