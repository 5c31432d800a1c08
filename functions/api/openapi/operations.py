"""Every route with what it takes and gives; a test holds this to the route table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from shared.domain.states import State

from ..inputs.conditions import MAX_KEY_CHARACTERS
from ..inputs.queries import DEFAULT_PAGE, FILES, MAX_OUTPUT, MAX_PAGE
from .examples import CREATED, CREDENTIALS, FORMATS, NEW_TASK, PAGE, PROCESSED, SESSION, UPLOAD

Schema = dict[str, Any]

ACCOUNTS, TASKS, TRANSFERS, WEBHOOKS, SERVICE = "Accounts", "Tasks", "Files", "Webhooks", "Service"


@dataclass(frozen=True, slots=True)
class Answer:
    """One success.

    Attributes:
        schema: component that the JSON follows; None for an answer without a body.
    """

    status: int
    meaning: str
    schema: str | None = None
    headers: tuple[str, ...] = ()
    example: Any = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path.

    Attributes:
        body: component that the request's JSON follows; None where there is no body.
        problems: statuses beside those that go with authentication and with a body.
        is_open: no ID token is needed.
    """

    method: str
    path: str
    name: str
    tag: str
    summary: str
    description: str
    answers: tuple[Answer, ...]
    body: str | None = None
    example: Any = None
    parameters: tuple[Schema, ...] = ()
    problems: tuple[int, ...] = ()
    is_open: bool = False
    extra: Schema = field(default_factory=dict)


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _header(name: str, description: str, pattern: str) -> Schema:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "schema": schema, "description": description}


TASK_ID: Schema = {
    "name": "task_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{20,64}$"},
    "example": CREATED["id"],
}
IF_MATCH = _header(
    "If-Match", "Do it only if the task still has this ETag; else 412.", r'^"[0-9a-f.]{20,40}"$'
)
IF_NONE_MATCH = _header("If-None-Match", "304 if the task still has this ETag.", r'^"[0-9a-f.]{20,40}"$')
KEY = _header(
    "Idempotency-Key",
    f"Of your choosing, up to {MAX_KEY_CHARACTERS} characters. The same key with the same body is answered "
    "the same for 24 hours and creates one task; with another body it is refused (422); while the first "
    "request is still being answered, 409.",
    rf"^[!-~]([ -~]{{0,{MAX_KEY_CHARACTERS - 2}}}[!-~])?$",
)
FILE = _query("file", {"enum": list(FILES), "default": FILES[0]}, "The result, the upload, or its waveform.")
OUTPUT = _query(
    "output", {"type": "integer", "minimum": 0, "maximum": MAX_OUTPUT, "default": 0}, "Which of the outputs."
)
LINK = (
    _query("expires", {"type": "string"}, "Part of a link of ours."),
    _query("signature", {"type": "string"}, "Part of a link of ours; then no ID token is needed."),
)
SIZE: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": DEFAULT_PAGE}
LIST = (
    _query("state", {"enum": [state.value for state in State]}, "Only tasks in this state."),
    _query("order", {"enum": [0, 1], "default": 1}, "By creation: 0 oldest first, 1 newest first."),
    _query("max", SIZE, "Most tasks in a page."),
    _query("pageSize", SIZE, "Another name for `max`."),
    _query("pageToken", {"type": "string"}, "`nextPageToken` of the page before."),
)
DOWNLOAD = "302 to a signed URL that a browser saves under the right name, whatever letters that holds."

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        "/api/auth/signup",
        "signUp",
        ACCOUNTS,
        "Create an account",
        "By e-mail and password; they go to Firebase Authentication and are kept nowhere else.",
        (Answer(201, "The account, logged in.", "Session", (), SESSION),),
        body="Credentials",
        example=CREDENTIALS,
        problems=(409, 429, 503),
        is_open=True,
    ),
    Operation(
        "POST",
        "/api/auth/login",
        "logIn",
        ACCOUNTS,
        "Log in",
        "The ID token is good for an hour.",
        (Answer(200, "Logged in.", "Session", (), SESSION),),
        body="Credentials",
        example=CREDENTIALS,
        problems=(401, 403, 429, 503),
        is_open=True,
    ),
    Operation(
        "POST",
        "/api/auth/refresh",
        "refresh",
        ACCOUNTS,
        "Get a fresh ID token",
        "Do this some minutes before the hour is over.",
        (Answer(200, "A fresh session.", "Session", (), SESSION),),
        body="RefreshToken",
        example={"refreshToken": SESSION["refreshToken"]},
        problems=(401, 403, 429, 503),
        is_open=True,
    ),
    Operation(
        "POST",
        "/api/tasks",
        "createTask",
        TASKS,
        "Create a task",
        "Say what the file is called and what it shall become: `newFormat` with `options`, a `preset`, or "
        "several in `outputs`. The answer says where the bytes go; sending them starts the conversion.",
        (
            Answer(
                201, "The task waits for its bytes.", "CreatedTask", ("Location", "ETag", "Replayed"), CREATED
            ),
        ),
        body="NewTask",
        example=NEW_TASK,
        parameters=(KEY,),
        problems=(409, 429, 503),
    ),
    Operation(
        "GET",
        "/api/tasks",
        "listTasks",
        TASKS,
        "List your tasks",
        "Page by page; a page stays right while tasks are created and removed.",
        (Answer(200, "A page.", "TaskPage", (), PAGE),),
        parameters=LIST,
        problems=(422, 503),
    ),
    Operation(
        "GET",
        "/api/tasks/{task_id}",
        "getTask",
        TASKS,
        "Get a task",
        "Ask every second or two until `state` is PROCESSED or FAILED, or use a webhook. A task that is "
        "PROCESSED has a link beside each of its files.",
        (
            Answer(200, "The task.", "Task", ("ETag",), PROCESSED),
            Answer(304, "You have it already (If-None-Match).", None, ("ETag",)),
        ),
        parameters=(TASK_ID, IF_NONE_MATCH),
        problems=(404, 503),
    ),
    Operation(
        "PUT",
        "/api/tasks/{task_id}",
        "retargetTask",
        TASKS,
        "Ask for other outputs",
        "Whatever the task's state: what was uploaded is converted anew, and its former outputs go. A task "
        "that still waits for its file only changes its mind.",
        (
            Answer(200, "Changed; the file is still to come.", "Task", ("ETag",), CREATED),
            Answer(202, "A conversion begins.", "Task", ("ETag",), {**PROCESSED, "state": "UPLOADED"}),
        ),
        body="Retarget",
        example={"newFormat": "ogg", "options": {"quality": 6}},
        parameters=(TASK_ID, IF_MATCH),
        problems=(404, 409, 412, 429, 503),
    ),
    Operation(
        "DELETE",
        "/api/tasks/{task_id}",
        "deleteTask",
        TASKS,
        "Remove a task",
        "With its file and all that was made of it, whatever its state; a conversion in flight stops.",
        (Answer(204, "Nothing is left."),),
        parameters=(TASK_ID, IF_MATCH),
        problems=(404, 412, 503),
    ),
    Operation(
        "POST",
        "/api/tasks/{task_id}/cancel",
        "cancelTask",
        TASKS,
        "Stop a task",
        "A conversion in flight ends within seconds. Twice is the same as once.",
        (Answer(200, "The task is CANCELLED.", "Task", ("ETag",), {**CREATED, "state": "CANCELLED"}),),
        parameters=(TASK_ID, IF_MATCH),
        problems=(404, 409, 412, 503),
    ),
    Operation(
        "POST",
        "/api/tasks/{task_id}/upload",
        "freshUpload",
        TRANSFERS,
        "Get a fresh place for the bytes",
        "When the one that came with the task has expired.",
        (Answer(200, "The task, and where its bytes go.", "CreatedTask", (), CREATED),),
        parameters=(TASK_ID,),
        problems=(404, 409, 429, 503),
    ),
    Operation(
        "POST",
        "/api/tasks/{task_id}/upload/session",
        "openSession",
        TRANSFERS,
        "Open a resumable upload",
        "Follow `upload.resumable` of the task, which holds the whole link. `Location` then takes the bytes "
        "in pieces of a multiple of 256 KiB, as Cloud Storage's resumable uploads do.",
        (Answer(201, "The session.", "UploadSession", ("Location",), {"url": UPLOAD["url"]}),),
        parameters=(TASK_ID, *LINK),
        problems=(403, 404, 409, 503),
        is_open=True,
    ),
    Operation(
        "GET",
        "/api/tasks/{task_id}/download",
        "download",
        TRANSFERS,
        "Download",
        DOWNLOAD + " The links in a task lead here.",
        (Answer(302, "Where the bytes are.", None, ("Location",)),),
        parameters=(TASK_ID, FILE, OUTPUT, *LINK),
        problems=(404, 409, 422, 503),
    ),
    Operation(
        "GET",
        "/api/download/{task_id}",
        "downloadByOldName",
        TRANSFERS,
        "Download, by the original system's name",
        DOWNLOAD,
        (Answer(302, "Where the bytes are.", None, ("Location",)),),
        parameters=(TASK_ID, FILE, OUTPUT),
        problems=(404, 409, 422, 503),
    ),
    Operation(
        "GET",
        "/api/webhook",
        "getEndpoint",
        WEBHOOKS,
        "Get your endpoint",
        "Where the outcomes of all your tasks are told.",
        (Answer(200, "Your endpoint, without its secret.", "Endpoint"),),
        problems=(503,),
    ),
    Operation(
        "PUT",
        "/api/webhook",
        "changeEndpoint",
        WEBHOOKS,
        "Change your endpoint",
        "What is not named stays. The first call makes a secret, which is shown once; `rotateSecret` makes "
        "another, and for a day both sign.",
        (Answer(200, "Your endpoint as it is now.", "Endpoint"),),
        body="EndpointChange",
        example={"url": "https://example.com/hook"},
        problems=(503,),
    ),
    Operation(
        "POST",
        "/api/webhook/test",
        "tryEndpoint",
        WEBHOOKS,
        "Try your endpoint",
        "Sends one trial event and says what the receiver answered.",
        (Answer(200, "What came of it.", "Trial"),),
        problems=(409, 429, 503),
    ),
    Operation(
        "POST",
        "/api/tasks/{task_id}/webhook/replay",
        "replayOutcome",
        WEBHOOKS,
        "Tell an outcome again",
        "Under the same `webhook-id`, so that a receiver that had it can tell.",
        (Answer(202, "It is being told.", "Replayed"),),
        parameters=(TASK_ID,),
        problems=(404, 409, 429, 503),
    ),
    Operation(
        "GET",
        "/api/formats",
        "listFormats",
        SERVICE,
        "List formats, options and presets",
        "From the very tables that requests are checked against.",
        (Answer(200, "All of them.", "Formats", (), FORMATS),),
        is_open=True,
    ),
    Operation(
        "GET",
        "/api/health",
        "health",
        SERVICE,
        "Liveness",
        "Needs nothing and touches nothing.",
        (Answer(200, "The function answers.", "Health", (), {"status": "ok"}),),
        is_open=True,
    ),
    Operation(
        "GET",
        "/api/openapi.json",
        "openApi",
        SERVICE,
        "This description",
        "OpenAPI 3.1.",
        (Answer(200, "The document."),),
        is_open=True,
        extra={"content": "application/json"},
    ),
)
