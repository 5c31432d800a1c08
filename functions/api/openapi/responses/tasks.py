"""Schemas of tasks, their notes and the requests that move their files."""

from __future__ import annotations

from shared.domain.states import State

from ...inputs.fields import TASK_ID_PARAMETER
from ..shapes import (
    ANY_OBJECT,
    BYTES,
    INSTANT,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    code,
    nullable,
    record,
    ref,
    with_field,
)

STATES = (
    "`WAITING`: waits for its upload. `UPLOADED`: the upload is complete. `CONVERTING`: the conversion runs. "
    "`PROCESSED`, `FAILED`, `CANCELLED`: final. `EXPIRED`: no file was uploaded in time."
)


def task_schemas() -> dict[str, Schema]:
    """Component name → schema."""
    return {
        "Task": _task(),
        "CreatedTask": {"allOf": [ref("Task"), with_field("upload", "Upload")]},
        "TaskError": record(
            code=code("truncated"),
            message=TEXT,
            hint={**TEXT, "description": "What a person can do about it."},
            retryable={
                "type": "boolean",
                "description": "Whether the same conversion (`PUT`) may succeed later.",
            },
        ),
        "Quote": _quote(),
        "TaskCost": record(
            totalUsd={**NUMBER, "description": "In US dollars, by the operator's price table."},
            computeUsd={**NUMBER, "description": "Of all attempts, failed ones too."},
            storageUsd={**NUMBER, "description": "Of its files, until the task expires or is deleted."},
            operationsUsd={**NUMBER, "description": "Of requests and of reads and writes."},
        ),
        "Usage": _usage(),
        "Note": _note(),
        "TaskPage": record(
            tasks={"type": "array", "items": ref("Task")},
            nextPageToken={**nullable(TEXT), "description": "null on the last page."},
        ),
        "SignedRequest": _signed_request(),
        "Upload": {"allOf": [ref("SignedRequest"), with_field("resumable", "SignedRequest")]},
        "UploadSession": record(url={**TEXT, "format": "uri"}),
    }


def _task() -> Schema:
    return record(
        ("error", "webhook", "cost"),
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
        cost={**ref("TaskCost"), "description": "What the task has cost, once it has ended."},
        webhook={**ref("TaskReceiver"), "description": "Where the outcome is delivered."},
    )


def _quote() -> Schema:
    return record(
        ("error",),
        seconds={
            **nullable(NUMBER),
            "description": "For which an instance is busy, usually; null without `durationS`.",
        },
        mostSeconds={**NUMBER, "description": "On a slow machine, with a sound that needs every pass."},
        costUsd={
            **nullable(NUMBER),
            "description": "US dollars for the whole task, by the service's price table: kept to its end, "
            "each output fetched once. null without `sizeBytes` or `durationS`.",
        },
        mostCostUsd={**NUMBER, "description": "The same, at most."},
        queue={
            **TEXT,
            "enum": ["none", "long", "unknown"],
            "description": "Whether it waits in the queue of long conversions; unknown without `durationS`. "
            "The files of an owner with many conversions may wait, too.",
        },
        error={**ref("TaskError"), "description": "Why the conversion would be refused."},
    )


def _usage() -> Schema:
    return record(
        month={**TEXT, "pattern": r"^\d{4}-\d{2}$", "description": "In UTC."},
        tasks={**WHOLE, "description": "That were created."},
        audioMinutes={**NUMBER, "description": "Of audio that was converted."},
        storedBytes={**BYTES, "description": "Of uploads and outputs, without those that were deleted."},
        fetchedBytes={**BYTES, "description": "Of the downloads that links were given for."},
        costUsd={**NUMBER, "description": "US dollars by the service's price table, with what is reserved."},
        reservedUsd={**NUMBER, "description": "The most that conversions in progress may still cost."},
        capUsd={**NUMBER, "description": "What may be spent in the month."},
        renewsAt={**INSTANT, "description": "When the next month begins."},
    )


def _note() -> Schema:
    return record(
        code=code("source_clips"),
        message={**TEXT, "description": "A sentence with the figures."},
        output={
            **nullable(WHOLE),
            "description": "Index in `outputs` of the one that it concerns; null if it concerns the source.",
        },
        figures={**ANY_OBJECT, "description": "By the code; their names end in their unit."},
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
