"""JSON Schemas of responses."""

from __future__ import annotations

from typing import Any

from shared.domain.formats import FORMATS
from shared.domain.specs.table import SPECS
from shared.domain.specs.verdict import ITEMS
from shared.domain.states import State
from shared.domain.webhook import DeliveryState
from shared.keys.api_key import Scope

from ..inputs.fields import KEY_ID_PARAMETER, TASK_ID_PARAMETER
from .request_schemas import nullable, ref

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
# Generators take integers for 32 bits, and numbers for single precision, where no format says otherwise.
BYTES: Schema = {**WHOLE, "format": "int64"}
REAL: Schema = {"type": "number", "format": "double"}
NUMBER: Schema = {**REAL, "minimum": 0}
STATES = (
    "`WAITING`: waits for its upload. `UPLOADED`: the upload is complete. `CONVERTING`: the conversion runs. "
    "`PROCESSED`, `FAILED`, `CANCELLED`: final. `EXPIRED`: no file was uploaded in time."
)
ANY_OBJECT: Schema = {"type": "object", "additionalProperties": True}
INSTANT: Schema = {"type": "string", "format": "date-time", "description": "RFC 3339, UTC."}


def response_schemas() -> dict[str, Schema]:
    """Component name → schema."""
    return {
        "Session": record(
            userId=TEXT,
            idToken={**TEXT, "description": "Send it as `Authorization: Bearer …`."},
            refreshToken={**TEXT, "description": "Gets a new ID token; it can be used many times."},
            expiresIn={**WHOLE, "description": "Seconds until the ID token expires."},
        ),
        "Health": record(status={**TEXT, "enum": ["ok"]}),
        "Task": _task(),
        "CreatedTask": {"allOf": [ref("Task"), _with("upload", "Upload")]},
        "Source": _source(),
        "Track": _track(),
        "Output": _output(),
        "TaskError": record(
            code=_code("truncated"),
            message=TEXT,
            hint={**TEXT, "description": "What a person can do about it."},
            retryable={
                "type": "boolean",
                "description": "Whether the same conversion (`PUT`) may succeed later.",
            },
        ),
        "Note": _note(),
        "Levels": _levels(),
        "Loudness": _loudness(),
        "Verdict": _verdict(),
        "VerdictItem": _verdict_item(),
        "Normalisation": record(before=ref("Loudness"), after=ref("Loudness")),
        "SignedRequest": _signed_request(),
        "Upload": {"allOf": [ref("SignedRequest"), _with("resumable", "SignedRequest")]},
        "UploadSession": record(url={**TEXT, "format": "uri"}),
        "TaskPage": record(
            tasks={"type": "array", "items": ref("Task")},
            nextPageToken={**nullable(TEXT), "description": "null on the last page."},
        ),
        "Formats": record(
            formats={"type": "array", "items": ref("Format")},
            presets={"type": "array", "items": ref("Preset")},
            limits=ref("Limits"),
        ),
        "Format": _format(),
        "FormatDefault": _default(),
        "FormatOption": _option(),
        "Preset": record(name=TEXT, description=TEXT, format=TEXT, options=ANY_OBJECT),
        "Limits": record(
            uploadMaxBytes=BYTES,
            durationMaxS=WHOLE,
            keptDays={**WHOLE, "description": "Days after which a task and its files are deleted."},
        ),
        "ApiKey": _api_key(),
        "CreatedApiKey": {
            "allOf": [
                ref("ApiKey"),
                record(key={**TEXT, "description": "The key itself, only in this response: store it."}),
            ]
        },
        "ApiKeys": record(keys={"type": "array", "items": ref("ApiKey")}),
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
        "Problem": _problem(),
    }


def record(_optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """An object with these properties, all required except the optional ones."""
    required = [name for name in properties if name not in _optional]
    return {"type": "object", "properties": properties, "required": required}


def _task() -> Schema:
    return record(
        ("error", "webhook"),
        id={**TEXT, "pattern": TASK_ID_PARAMETER.pattern},
        filename=TEXT,
        state={**TEXT, "enum": [state.value for state in State], "description": STATES},
        progress={**NUMBER, "maximum": 1, "description": "Of the conversion."},
        source=ref("Source"),
        outputs={"type": "array", "items": ref("Output"), "minItems": 1},
        notes={
            "type": "array",
            "items": ref("Note"),
            "description": "What could not be kept as it was. None: everything is in the outputs.",
        },
        createdAt=INSTANT,
        updatedAt=INSTANT,
        expireAt={**INSTANT, "description": "When the task and its files are deleted."},
        error={**ref("TaskError"), "description": "Why the task FAILED."},
        webhook={**ref("TaskReceiver"), "description": "Where the outcome is delivered."},
    )


def _note() -> Schema:
    return record(
        code=_code("source_clips"),
        message={**TEXT, "description": "A sentence with the figures."},
        output={
            **nullable(WHOLE),
            "description": "Index in `outputs` of the one that it concerns; null if it concerns the source.",
        },
        figures={**ANY_OBJECT, "description": "By the code; their names end in their unit."},
    )


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
        sizeBytes={**nullable(BYTES), "description": "null until the upload is complete."},
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


def _signed_request() -> Schema:
    return record(
        url={**TEXT, "format": "uri"},
        method={**TEXT, "enum": ["GET", "POST", "PUT"]},
        headers={
            "type": "object",
            "additionalProperties": TEXT,
            "description": "Send exactly these headers; they are part of the signature.",
        },
        expiresAt=INSTANT,
    ) | {"description": "A request that needs no other authentication until it expires."}


def _default() -> Schema:
    lowered = (
        "Highest sample rate of this row. Rates above the last row's are lowered, unless `sampleRateHz` "
    )
    return record(
        ("quality", "monoKbps", "stereoKbps"),
        upToHz={"type": "integer", "description": f"{lowered}is set."},
        quality=REAL,
        monoKbps={"type": "integer", "description": "Also for each channel, if there are more than two."},
        stereoKbps={"type": "integer"},
    )


def _option() -> Schema:
    return record(
        ("minimum", "maximum", "values", "unit", "pattern", "better"),
        type={**TEXT, "enum": ["integer", "number", "boolean", "string", "object"]},
        description=TEXT,
        minimum=REAL,
        maximum=REAL,
        values={"type": "array", "items": {}},
        unit=TEXT,
        pattern={**TEXT, "description": "Regular expression for a string."},
        better={
            **TEXT,
            "enum": ["lower", "higher"],
            "description": "Which end of the scale is the better quality.",
        },
    )


def _format() -> Schema:
    return record(
        name=TEXT,
        extension=TEXT,
        contentType=TEXT,
        codec=TEXT,
        lossless={"type": "boolean"},
        defaults={
            "type": "array",
            "items": ref("FormatDefault"),
            "description": "Quality or bit rate without `quality` and `bitRateKbps`; empty if lossless.",
        },
        options={"type": "object", "additionalProperties": ref("FormatOption")},
    )


def _api_key() -> Schema:
    return record(
        id={**TEXT, "pattern": KEY_ID_PARAMETER.pattern},
        name=TEXT,
        scope={**TEXT, "enum": [scope.value for scope in Scope]},
        ending={**TEXT, "description": "The last characters of the key."},
        createdAt=INSTANT,
        expiresAt=nullable(INSTANT),
        lastUsedAt={**nullable(INSTANT), "description": "To the hour; null before its first use."},
    )


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


def _task_webhook() -> Schema:
    return record(**_deliveries())


def _task_receiver() -> Schema:
    """In a task: the receiver alone in lists and new tasks, all of `TaskWebhook` in the task itself."""
    secret = {**TEXT, "description": "Only in the response that creates it: store it."}
    return record((*_deliveries(), "secret"), **_deliveries(), secret=secret)


def _deliveries() -> dict[str, Schema]:
    return {
        "url": nullable(TEXT),
        "webhookId": nullable(TEXT),
        "status": {**TEXT, "enum": [state.value for state in DeliveryState]},
        "deliveries": {"type": "array", "items": ref("Delivery")},
    }


def _problem() -> Schema:
    return record(
        ("field", "valid"),
        type={**TEXT, "description": "Documentation of the code."},
        title=TEXT,
        status={"type": "integer", "minimum": 400, "maximum": 599},
        detail={**TEXT, "description": "What went wrong, for a person to read."},
        code=_code("invalid_field"),
        requestId={**TEXT, "description": "Quote it when you report a problem."},
        field={**TEXT, "description": "The invalid field, parameter or header."},
        valid={"type": "array", "items": {}, "description": "The valid values."},
    ) | {"description": "RFC 9457."}


def _code(example: str) -> Schema:
    """A code for programs; an enumeration would make clients fail on those that are added later."""
    about = "Stable; /docs/errors lists all. More may be added."
    return {**TEXT, "description": about, "examples": [example]}


def _with(name: str, schema: str) -> Schema:
    return record(**{name: ref(schema)})
