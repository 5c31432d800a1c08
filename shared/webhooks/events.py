"""The bodies of webhooks: a task's outcome, with download links signed for each attempt."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from shared.domain.states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from shared.domain.files import Output
    from shared.domain.task import Task
    from shared.ports.links import SignedRequest

TYPES = {State.PROCESSED: "task.processed", State.FAILED: "task.failed"}


def outcome_body(task: Task, link: Callable[[Output], SignedRequest]) -> bytes:
    """The body for a task that is PROCESSED or FAILED.

    Args:
        task: the task.
        link: signs the download of an output.
    """
    data: dict[str, Any] = {"id": task.id, "filename": task.filename, "state": task.state.value}
    if task.error:
        data["error"] = asdict(task.error)
    if task.state is State.PROCESSED:
        data["outputs"] = [_output(output, link(output)) for output in task.outputs]
        data["notes"] = [note.as_json() for note in task.notes]
    return body(TYPES[task.state], task.webhook.occurred_at or task.updated_at, data)


def body(kind: str, occurred_at: datetime, data: Mapping[str, Any]) -> bytes:
    """An event in the form of the Standard Webhooks specification, in UTF-8."""
    event = {"type": kind, "timestamp": _instant(occurred_at), "data": data}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _output(output: Output, request: SignedRequest) -> dict[str, Any]:
    return {
        "format": output.format,
        "filename": output.object.partition("/")[2],
        "sizeBytes": output.size_bytes,
        "durationS": output.duration_s,
        "download": {"url": request.url, "expiresAt": _instant(request.expires_at)},
    }


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
