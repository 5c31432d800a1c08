"""A task as a client sees it: nothing internal, times in UTC, options as they were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from shared.ports import SignedRequest
    from shared.task import Output, Probe, Task


def present_task(task: Task) -> dict[str, Any]:
    """The task resource, without links."""
    shown: dict[str, Any] = {
        "id": task.id,
        "filename": task.filename,
        "state": task.state.value,
        "progress": round(task.progress, 3),
        "source": {"sizeBytes": task.source.size_bytes, **_present_probe(task.source.probe)},
        "outputs": [present_output(output) for output in task.outputs],
        "createdAt": instant(task.created_at),
        "updatedAt": instant(task.updated_at),
        "expireAt": instant(task.expire_at),
    }
    if task.error:
        shown["error"] = {"code": task.error.code, "message": task.error.message, "hint": task.error.hint}
    return shown


def present_output(output: Output) -> dict[str, Any]:
    """One output; its size and length are there once it exists."""
    return {
        "format": output.format,
        "filename": output.object.partition("/")[2],
        "options": output.options.as_json(),
        "sizeBytes": output.size_bytes,
        "durationS": output.duration_s,
        "sampleRateHz": output.sample_rate_hz,
        "channels": output.channels,
    }


def present_upload(request: SignedRequest) -> dict[str, Any]:
    """A signed request: send exactly these headers, with this method."""
    return {
        "url": request.url,
        "method": request.method,
        "headers": dict(request.headers),
        "expiresAt": instant(request.expires_at),
    }


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _present_probe(probe: Probe | None) -> dict[str, Any]:
    if probe is None:
        return {}
    return {
        "container": probe.container,
        "codec": probe.codec,
        "durationS": probe.duration_s,
        "sampleRateHz": probe.sample_rate_hz,
        "channels": probe.channels,
        "bitRateKbps": probe.bit_rate_kbps,
        "tags": probe.tags,
    }
