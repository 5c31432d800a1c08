"""JSON of a task as clients see it: without internal fields, with times in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.domain.costs.prices import usd
from shared.domain.specs.verdict import verdicts_of

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.costs.charges import Charge
    from shared.domain.files import Output
    from shared.domain.media import Levels, Loudness, Normalisation, Probe, Track
    from shared.domain.task import Failure, Task


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
    if task.is_final:
        shown["cost"] = _present_cost(task.charges)
    if task.error:
        shown["error"] = present_failure(task.error)
    return shown


def _present_cost(charges: tuple[Charge, ...]) -> dict[str, float]:
    """What the task has cost; what its files cost in storage counts as long as they would be kept."""
    kinds = {
        "computeUsd": sum(charge.compute + charge.reserved for charge in charges),
        "storageUsd": sum(charge.source_storage + charge.output_storage for charge in charges),
        "operationsUsd": sum(charge.operations for charge in charges),
    }
    return {"totalUsd": usd(sum(kinds.values())), **{name: usd(nano) for name, nano in kinds.items()}}


def present_failure(failure: Failure) -> dict[str, Any]:
    """The JSON of why a task failed, or would fail."""
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


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
