"""JSON Schemas of what the API answers."""

from __future__ import annotations

from typing import Any

from shared.domain.errors import conversion_errors, request_errors
from shared.domain.formats import FORMATS
from shared.domain.states import State
from shared.domain.webhook import DeliveryState

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number", "minimum": 0}
STATES = (
    "`WAITING`: its bytes have not come. `UPLOADED`: they have. `CONVERTING`: work is under way. "
    "`PROCESSED`, `FAILED`, `CANCELLED`: it has ended. `EXPIRED`: it has ended without its bytes."
)
INSTANT: Schema = {"type": "string", "format": "date-time", "description": "RFC 3339, UTC."}


def answered_schemas() -> dict[str, Schema]:
    """Component name → schema."""
    return {
        "Session": record(
            userId=TEXT,
            idToken={**TEXT, "description": "Send it as `Authorization: Bearer …`."},
            refreshToken={**TEXT, "description": "Gives a fresh ID token, again and again."},
            expiresIn={**WHOLE, "description": "Seconds that the ID token is good for."},
        ),
        "Health": record(status={"const": "ok"}),
        "Task": _task(),
        "CreatedTask": {"allOf": [_ref("Task"), _with("upload", "Upload")]},
        "Source": _source(),
        "Result": _result(),
        "Failure": record(
            code={"enum": sorted(conversion_errors()), "description": "Stable; see /docs/errors."},
            message=TEXT,
            hint={**TEXT, "description": "What a person can do about it."},
            retryable={
                "type": "boolean",
                "description": "Whether the same conversion (`PUT`) may succeed another time.",
            },
        ),
        "Request": _request(),
        "Upload": {"allOf": [_ref("Request"), _with("resumable", "Request")]},
        "UploadSession": record(url={**TEXT, "format": "uri"}),
        "TaskPage": record(
            tasks={"type": "array", "items": _ref("Task")},
            nextPageToken={"type": ["string", "null"], "description": "null: there are no more."},
        ),
        "Formats": _formats(),
        "Endpoint": _endpoint(),
        "Trial": record(
            webhookId=TEXT,
            delivered={"type": "boolean"},
            status=_nullable(WHOLE),
            durationMs=WHOLE,
            answer={**TEXT, "description": "The first kilobyte of the receiver's answer."},
        ),
        "Telling": _telling(),
        "Replayed": record(id=TEXT, webhook=_ref("Telling")),
        "Problem": _problem(),
    }


def record(_optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """An object with these properties; all are there but for the optional ones."""
    required = [name for name in properties if name not in _optional]
    return {"type": "object", "properties": properties, "required": required}


def _task() -> Schema:
    return record(
        ("error", "webhook"),
        id={**TEXT, "pattern": "^[A-Za-z0-9_-]{20,64}$"},
        filename=TEXT,
        state={"enum": [state.value for state in State], "description": STATES},
        progress={"type": "number", "minimum": 0, "maximum": 1, "description": "Of the conversion."},
        source=_ref("Source"),
        outputs={"type": "array", "items": _ref("Result"), "minItems": 1},
        createdAt=INSTANT,
        updatedAt=INSTANT,
        expireAt={**INSTANT, "description": "When the task and its files are removed."},
        error={**_ref("Failure"), "description": "Why the task is FAILED."},
        webhook={
            "type": "object",
            "properties": {
                "url": {"type": ["string", "null"]},
                "secret": {**TEXT, "description": "Only in the answer that made it: keep it."},
            },
            "description": "The telling of the outcome; a task that is read has the whole `DeliveryState`.",
        },
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
        "tags",
        "levels",
        "download",
        "waveform",
    )
    return record(
        optional,
        sizeBytes={**_nullable(WHOLE), "description": "null: the bytes have not come."},
        container={**TEXT, "description": "This and the rest, as it was found: once work has begun."},
        codec=TEXT,
        durationS=_nullable(NUMBER),
        sampleRateHz=WHOLE,
        channels=WHOLE,
        bitRateKbps=_nullable(WHOLE),
        bitsPerSample=_nullable(WHOLE),
        levels=_levels(),
        tags={"type": "object", "additionalProperties": TEXT},
        download={**_ref("Request"), "description": "Once the task is PROCESSED."},
        waveform={
            **_ref("Request"),
            "description": "Its waveform, as audiowaveform's JSON; where all of it was decoded.",
        },
    )


def _result() -> Schema:
    return record(
        ("download",),
        format={"enum": sorted(FORMATS)},
        filename=TEXT,
        options={"type": "object", "description": "As they were asked for, presets included."},
        sizeBytes={**_nullable(WHOLE), "description": "This and the rest, as it came out: null before."},
        durationS=_nullable(NUMBER),
        sampleRateHz=_nullable(WHOLE),
        channels=_nullable(WHOLE),
        bitRateKbps=_nullable(WHOLE),
        copied={"type": "boolean", "description": "The stream was taken over as it is: nothing was lost."},
        levels=_levels(),
        normalisation=_normalisation(),
        download={**_ref("Request"), "description": "Once the task is PROCESSED."},
    )


def _levels() -> Schema:
    peak: Schema = {"type": "number", "minimum": 0, "maximum": 1}
    shape = record(
        peaks={"type": "array", "items": peak, "description": "For a waveform, as wavesurfer.js takes it."},
        peakDbfs={"type": ["number", "null"]},
        rmsDbfs={"type": ["number", "null"]},
    )
    return shape | {"type": ["object", "null"], "description": "null: it was not decoded."}


def _normalisation() -> Schema:
    figures = record(
        integratedLufs={"type": ["number", "null"]},
        rangeLu=NUMBER,
        truePeakDbtp={"type": ["number", "null"]},
    )
    shape = record(before=figures, after=figures)
    return shape | {"type": ["object", "null"], "description": "EBU R 128, where loudnessLufs was asked for."}


def _request() -> Schema:
    return record(
        url={**TEXT, "format": "uri"},
        method={"enum": ["GET", "POST", "PUT"]},
        headers={
            "type": "object",
            "additionalProperties": TEXT,
            "description": "Send exactly these: they are part of what was signed.",
        },
        expiresAt=INSTANT,
    ) | {"description": "A request that needs no further permission until it expires."}


def _formats() -> Schema:
    bound = record(
        ("minimum", "maximum", "values", "unit"),
        type={"enum": ["integer", "number", "boolean"]},
        description=TEXT,
        minimum={"type": "number"},
        maximum={"type": "number"},
        values={"type": "array", "items": {"type": "number"}},
        unit=TEXT,
    )
    form = record(
        name=TEXT,
        extension=TEXT,
        contentType=TEXT,
        codec=TEXT,
        lossless={"type": "boolean"},
        options={"type": "object", "additionalProperties": bound},
    )
    preset = record(name=TEXT, description=TEXT, format=TEXT, options={"type": "object"})
    return record(formats={"type": "array", "items": form}, presets={"type": "array", "items": preset})


def _endpoint() -> Schema:
    return record(
        ("createdAt", "updatedAt", "disabledAt", "previousSecretUntil", "secret"),
        url=_nullable(TEXT),
        enabled={"type": "boolean"},
        hasSecret={"type": "boolean"},
        createdAt=INSTANT,
        updatedAt=INSTANT,
        disabledAt=INSTANT,
        previousSecretUntil=INSTANT,
        secret={**TEXT, "description": "Shown once, when it was made: keep it."},
    )


def _telling() -> Schema:
    delivery = record(webhookId=TEXT, at=INSTANT, status=_nullable(WHOLE), durationMs=WHOLE, answer=TEXT)
    return record(
        url=_nullable(TEXT),
        webhookId=_nullable(TEXT),
        status={"enum": [telling.value for telling in DeliveryState]},
        deliveries={"type": "array", "items": delivery},
    )


def _problem() -> Schema:
    return record(
        ("field", "valid"),
        type={**TEXT, "description": "Where the code is explained."},
        title=TEXT,
        status={"type": "integer", "minimum": 400, "maximum": 599},
        detail={**TEXT, "description": "What was wrong this time, for a person to read."},
        code={"enum": sorted(request_errors()), "description": "Stable, for a program to go by."},
        requestId={**TEXT, "description": "Name it when you ask us about it."},
        field={**TEXT, "description": "The field, parameter or header at fault."},
        valid={"type": "array", "description": "The values that would have been taken."},
    ) | {"description": "RFC 9457."}


def _nullable(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _with(name: str, schema: str) -> Schema:
    return record(**{name: _ref(schema)})
