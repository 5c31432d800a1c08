"""JSON of tasks, links and webhooks, as clients see them: without internal fields, with times in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.domain.specs.verdict import verdicts_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shared.domain.files import Output
    from shared.domain.media import Levels, Loudness, Normalisation, Probe, Track
    from shared.domain.task import Failure, Task
    from shared.domain.webhook import Delivery, Webhook
    from shared.keys.api_key import ApiKey
    from shared.ports.links import SignedRequest
    from shared.webhooks.endpoint import Endpoint

    from ..service.links import DownloadLinks, Link


# Fields of the source that a list leaves out.
ONLY_IN_TASK = frozenset({"tags", "tracks"})


def present_task(task: Task) -> dict[str, Any]:
    """A task without links."""
    shown: dict[str, Any] = {
        "id": task.id,
        "filename": task.filename,
        "state": task.state.value,
        "progress": round(task.progress, 3),
        "source": {"sizeBytes": task.source.size_bytes, **_present_probe(task.source.probe)},
        "outputs": [_present_output(output) for output in task.outputs],
        "notes": [note.as_json() for note in task.notes],
        "createdAt": instant(task.created_at),
        "updatedAt": instant(task.updated_at),
        "expireAt": instant(task.expire_at),
    }
    if task.error:
        shown["error"] = _present_failure(task.error)
    return shown


def present_listed(task: Task) -> dict[str, Any]:
    """A task in a list: without tags and tracks, which may be a hundred times as long as the rest."""
    shown = present_task(task)
    shown["source"] = {name: shown["source"][name] for name in shown["source"] if name not in ONLY_IN_TASK}
    return shown


def _present_failure(failure: Failure) -> dict[str, Any]:
    return {
        "code": failure.code,
        "message": failure.message,
        "hint": failure.hint,
        "retryable": failure.retryable,
    }


def _present_output(output: Output) -> dict[str, Any]:
    return {
        "format": output.format,
        "filename": output.object.partition("/")[2],
        "options": output.options.as_json(),
        "sizeBytes": output.size_bytes,
        "durationS": output.duration_s,
        "sampleRateHz": output.sample_rate_hz,
        "channels": output.channels,
        "bitRateKbps": output.bit_rate_kbps,
        "copied": output.copied,
        "levels": _present_levels(output.levels),
        "normalisation": _present_normalisation(output.normalisation),
        "verdicts": [verdict.as_json() for verdict in verdicts_of(output)],
    }


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


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _present_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "webhookId": delivery.event,
        "at": instant(delivery.at),
        "status": delivery.status,
        "durationMs": delivery.duration_ms,
        "answer": delivery.answer,
    }


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
        "bitsPerSample": probe.bits_per_sample,
        "track": probe.track,
        "tracks": [_present_track(track) for track in probe.tracks],
        "tags": probe.tags,
        "levels": _present_levels(probe.levels),
    }


def _present_track(track: Track) -> dict[str, Any]:
    return {
        "number": track.number,
        "codec": track.codec,
        "language": track.language,
        "title": track.title,
        "channels": track.channels,
        "sampleRateHz": track.sample_rate_hz,
        "isDefault": track.is_default,
        "purpose": track.purpose,
    }


def _present_levels(levels: Levels | None) -> dict[str, Any] | None:
    """Peaks are rounded to a thousandth of full scale, which is enough for a waveform."""
    if levels is None:
        return None
    peaks = [round(peak, 3) for peak in levels.peaks]
    return {
        "peaks": peaks,
        "peakDbfs": levels.peak_dbfs,
        "rmsDbfs": levels.rms_dbfs,
        "noiseFloorDbfs": levels.noise_floor_dbfs,
    }


def _present_normalisation(figures: Normalisation | None) -> dict[str, Any] | None:
    if figures is None:
        return None
    return {"before": _present_loudness(figures.before), "after": _present_loudness(figures.after)}


def _present_loudness(loudness: Loudness) -> dict[str, Any]:
    return {
        "integratedLufs": loudness.integrated_lufs,
        "rangeLu": loudness.range_lu,
        "truePeakDbtp": loudness.true_peak_dbtp,
        "maxShortTermLufs": loudness.max_short_term_lufs,
    }
