"""A task as a client sees it: nothing internal, times in UTC, options as they were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.media import Levels, Loudness, Normalisation
    from shared.domain.task import Failure, Output, Probe, Task
    from shared.ports.links import SignedRequest


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
        shown["error"] = _present_failure(task.error)
    return shown


def _present_failure(failure: Failure) -> dict[str, Any]:
    return {
        "code": failure.code,
        "message": failure.message,
        "hint": failure.hint,
        "retryable": failure.retryable,
    }


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
        "bitRateKbps": output.bit_rate_kbps,
        "copied": output.copied,
        "levels": _present_levels(output.levels),
        "normalisation": _present_normalisation(output.normalisation),
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
        "bitsPerSample": probe.bits_per_sample,
        "tags": probe.tags,
        "levels": _present_levels(probe.levels),
    }


def _present_levels(levels: Levels | None) -> dict[str, Any] | None:
    """Enough for a waveform: peaks to a thousandth of full scale."""
    if levels is None:
        return None
    peaks = [round(peak, 3) for peak in levels.peaks]
    return {"peaks": peaks, "peakDbfs": levels.peak_dbfs, "rmsDbfs": levels.rms_dbfs}


def _present_normalisation(figures: Normalisation | None) -> dict[str, Any] | None:
    if figures is None:
        return None
    return {"before": _present_loudness(figures.before), "after": _present_loudness(figures.after)}


def _present_loudness(loudness: Loudness) -> dict[str, Any]:
    return {
        "integratedLufs": loudness.integrated_lufs,
        "rangeLu": loudness.range_lu,
        "truePeakDbtp": loudness.true_peak_dbtp,
    }
