"""Schemas of what a task says of its source and its outputs."""

from __future__ import annotations

from shared.domain.formats import FORMATS
from shared.domain.specs.table import SPECS
from shared.domain.specs.verdict import ITEMS

from ..shapes import ANY_OBJECT, BYTES, NUMBER, REAL, TEXT, WHOLE, Schema, nullable, record, ref


def sound_schemas() -> dict[str, Schema]:
    """Component name → schema."""
    return {
        "Source": _source(),
        "Track": _track(),
        "Output": _output(),
        "Levels": _levels(),
        "Loudness": _loudness(),
        "Normalisation": record(before=ref("Loudness"), after=ref("Loudness")),
        "Verdict": _verdict(),
        "VerdictItem": _verdict_item(),
    }


def _source() -> Schema:
    optional = (
        "container",
        "codec",
        "durationS",
        "sampleRateHz",
        "channels",
        "bitRateKbps",
        "bitsPerSample",
        "track",
        "tracks",
        "tags",
        "levels",
        "download",
        "waveform",
    )
    return record(
        optional,
        sizeBytes={
            **nullable(BYTES),
            "description": "null until the file is known to be there (`upload=check`).",
        },
        container={
            **TEXT,
            "description": "This and the following fields appear once the file has been probed.",
        },
        codec=TEXT,
        durationS=nullable(NUMBER),
        sampleRateHz=WHOLE,
        channels=WHOLE,
        bitRateKbps=nullable(WHOLE),
        bitsPerSample=nullable(WHOLE),
        track={**WHOLE, "description": "Number of the audio track that is converted."},
        tracks={
            "type": "array",
            "items": ref("Track"),
            "description": "All audio tracks; the option `track` selects one. Not in lists of tasks.",
        },
        levels={**nullable(ref("Levels")), "description": "null if the audio was not decoded."},
        tags={"type": "object", "additionalProperties": TEXT, "description": "Not in lists of tasks."},
        download={**ref("SignedRequest"), "description": "Once the task is PROCESSED."},
        waveform={
            **ref("SignedRequest"),
            "description": "Its waveform in audiowaveform's format, if all of it was decoded.",
        },
    )


def _track() -> Schema:
    return record(
        number={**WHOLE, "description": "From 1."},
        codec=TEXT,
        language={**TEXT, "description": "As in the file, mostly by ISO 639-2; empty if it does not say."},
        title={**TEXT, "description": "Empty if it has none."},
        channels={**WHOLE, "description": "0 if nothing decodes the track; so is `sampleRateHz`."},
        sampleRateHz=WHOLE,
        isDefault={"type": "boolean", "description": "Whether the file marks it as the one to play."},
        purpose={
            **TEXT,
            "enum": ["main", "commentary", "description", "other"],
            "description": "By the file's marks or the title. A `description` is for the visually impaired.",
        },
    )


def _output() -> Schema:
    return record(
        ("download",),
        format={**TEXT, "enum": sorted(FORMATS)},
        filename=TEXT,
        options={**ANY_OBJECT, "description": "As requested, including those of a preset."},
        sizeBytes={
            **nullable(BYTES),
            "description": "This and the following are null until the output exists.",
        },
        durationS=nullable(NUMBER),
        sampleRateHz=nullable(WHOLE),
        channels=nullable(WHOLE),
        bitRateKbps=nullable(WHOLE),
        copied={"type": "boolean", "description": "Whether the audio stream was copied without re-encoding."},
        levels={**nullable(ref("Levels")), "description": "null if the audio was not decoded."},
        normalisation={
            **nullable(ref("Normalisation")),
            "description": "Loudness by EBU R 128, if loudnessLufs or spec was requested.",
        },
        verdicts={
            "type": "array",
            "items": ref("Verdict"),
            "description": "Whether the output meets each published specification, the requested one first. "
            "Empty where no loudness was requested, because none was measured.",
        },
        download={**ref("SignedRequest"), "description": "Once the task is PROCESSED."},
    )


def _levels() -> Schema:
    peak: Schema = {**NUMBER, "maximum": 1}
    return record(
        peaks={
            "type": "array",
            "items": peak,
            "description": "For a waveform, in the form that wavesurfer.js accepts.",
        },
        peakDbfs=nullable(REAL),
        rmsDbfs=nullable(REAL),
        noiseFloorDbfs={
            **nullable(REAL),
            "description": "RMS level of the quietest half second; -100 stands for less.",
        },
    )


def _loudness() -> Schema:
    return record(
        integratedLufs=nullable(REAL),
        rangeLu=NUMBER,
        truePeakDbtp=nullable(REAL),
        maxShortTermLufs={**nullable(REAL), "description": "Loudest 3 s."},
    )


def _verdict() -> Schema:
    return record(
        spec={**TEXT, "enum": list(SPECS)},
        title=TEXT,
        meets={
            **nullable({"type": "boolean"}),
            "description": "null if nothing fails and something was not measured.",
        },
        items={"type": "array", "items": ref("VerdictItem")},
    )


def _verdict_item() -> Schema:
    return record(
        item={**TEXT, "enum": list(ITEMS)},
        value={"description": "Of the output, a number or a word; null if it was not measured."},
        unit=TEXT,
        minimum=nullable(REAL),
        maximum=nullable(REAL),
        valid={"type": "array", "items": {}, "description": "The valid values, where they are listed."},
        meets={**nullable({"type": "boolean"}), "description": "null if it was not measured."},
        message={**TEXT, "description": "A sentence with value and requirement."},
    )
