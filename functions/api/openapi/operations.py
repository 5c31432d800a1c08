"""Every route with what it accepts and returns; a test compares this with the route table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..inputs.fields import (
    CREDENTIALS,
    ENDPOINT_CHANGE,
    FILE_QUERY,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    KEY_ID_PARAMETER,
    LINK_QUERY,
    NEW_ACCOUNT,
    NEW_KEY,
    NEW_TASK,
    OUTPUT_CHANGE,
    REFRESH_TOKEN,
    TASK_ID_PARAMETER,
    TASK_QUERY,
)
from .examples import API_KEY, CREATED, CREATED_KEY, FORMATS, PAGE, PROCESSED, SESSION, UPLOAD

if TYPE_CHECKING:
    from shared.domain.fields import Field, FieldTable

ACCOUNTS, KEYS, TASKS, FILES = "Accounts", "API keys", "Tasks", "Files"
WEBHOOKS, SERVICE = "Webhooks", "Service"
PATH_PARAMETERS = (TASK_ID_PARAMETER, KEY_ID_PARAMETER)


@dataclass(frozen=True, slots=True)
class Success:
    """One successful response.

    Attributes:
        schema: component of the JSON body; None if there is no body, or one without a component.
        is_object: whether the body is a JSON object without a component.
    """

    status: int
    description: str
    schema: str | None = None
    headers: tuple[str, ...] = ()
    example: Any = None
    is_object: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path.

    Attributes:
        body: fields of the request's JSON; None if there is no body.
        query: query parameters.
        headers: request headers.
        errors: statuses in addition to those of authentication and of a body.
        is_public: whether neither an ID token nor an API key is needed.
        needs_person: whether an API key is refused.
    """

    method: str
    path: str
    name: str
    tag: str
    summary: str
    description: str
    responses: tuple[Success, ...]
    body: FieldTable | None = None
    query: tuple[Field, ...] = ()
    headers: tuple[Field, ...] = ()
    errors: tuple[int, ...] = ()
    is_public: bool = False
    needs_person: bool = False

    def parameters(self) -> list[tuple[str, Field]]:
        """Place and field of each parameter."""
        in_path = [("path", field) for field in PATH_PARAMETERS if f"{{{field.name}}}" in self.path]
        return [*in_path, *(("header", f) for f in self.headers), *(("query", f) for f in self.query)]


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        "/api/auth/signup",
        "signUp",
        ACCOUNTS,
        "Sign up",
        "Creates an account in Firebase Authentication, which alone stores e-mail address and password.",
        (Success(201, "The account, logged in.", "Session", (), SESSION),),
        body=NEW_ACCOUNT,
        errors=(409, 429, 503),
        is_public=True,
    ),
    Operation(
        "POST",
        "/api/auth/login",
        "logIn",
        ACCOUNTS,
        "Log in",
        "The ID token is valid for an hour.",
        (Success(200, "A new session.", "Session", (), SESSION),),
        body=CREDENTIALS,
        errors=(401, 403, 429, 503),
        is_public=True,
    ),
    Operation(
        "POST",
        "/api/auth/refresh",
        "refreshSession",
        ACCOUNTS,
        "Refresh the ID token",
        "Do this a few minutes before the ID token expires.",
        (Success(200, "A new session.", "Session", (), SESSION),),
        body=REFRESH_TOKEN,
        errors=(401, 403, 429, 503),
        is_public=True,
    ),
    Operation(
        "GET",
        "/api/keys",
        "listKeys",
        KEYS,
        "List your API keys",
        "Newest first, without the keys themselves. Expired keys disappear after some days.",
        (Success(200, "Your keys.", "ApiKeys", (), {"keys": [API_KEY]}),),
        errors=(503,),
        needs_person=True,
    ),
    Operation(
        "POST",
        "/api/keys",
        "createKey",
        KEYS,
        "Create an API key",
        "Programs send it as `Authorization: Bearer snb_…`. It works on every route except those of accounts "
        "and keys, and shares the limits of your account.",
        (Success(201, "The key. It is shown only this once.", "CreatedApiKey", (), CREATED_KEY),),
        body=NEW_KEY,
        errors=(409, 503),
        needs_person=True,
    ),
    Operation(
        "DELETE",
        "/api/keys/{key_id}",
        "revokeKey",
        KEYS,
        "Revoke an API key",
        "The next request with the key is refused.",
        (Success(204, "The key has been revoked."),),
        errors=(404, 503),
        needs_person=True,
    ),
    Operation(
        "POST",
        "/api/tasks",
        "createTask",
        TASKS,
        "Create a task",
        "Name the file and its outputs: `newFormat` with `options`, a `preset`, or several in `outputs`. The "
        "response holds an upload URL; the conversion starts when the upload is complete.",
        (
            Success(
                201,
                "The task, waiting for its upload.",
                "CreatedTask",
                ("Location", "ETag", "Idempotent-Replayed"),
                CREATED,
            ),
        ),
        body=NEW_TASK,
        headers=(IDEMPOTENCY_KEY,),
        errors=(409, 429, 503),
    ),
    Operation(
        "GET",
        "/api/tasks",
        "listTasks",
        TASKS,
        "List your tasks",
        "Returns one page at a time. Pages stay consistent while tasks are created and deleted.",
        (Success(200, "One page.", "TaskPage", (), PAGE),),
        query=TASK_QUERY.fields,
        errors=(422, 503),
    ),
    Operation(
        "GET",
        "/api/tasks/{task_id}",
        "getTask",
        TASKS,
        "Get a task",
        "Poll every second or two until `state` is PROCESSED or FAILED, or use a webhook. A PROCESSED task "
        "has a download link for each of its files.",
        (
            Success(200, "The task.", "Task", ("ETag",), PROCESSED),
            Success(304, "Not modified (If-None-Match).", None, ("ETag",)),
        ),
        headers=(IF_NONE_MATCH,),
        errors=(404, 503),
    ),
    Operation(
        "PUT",
        "/api/tasks/{task_id}",
        "changeOutputs",
        TASKS,
        "Change outputs",
        "Works in any state. If the file is already uploaded, it is converted again and the former outputs "
        "are deleted; otherwise the new outputs replace the old ones.",
        (
            Success(200, "Changed; the task still waits for its upload.", "Task", ("ETag",), CREATED),
            Success(202, "A conversion starts.", "Task", ("ETag",), {**PROCESSED, "state": "UPLOADED"}),
        ),
        body=OUTPUT_CHANGE,
        headers=(IF_MATCH,),
        errors=(404, 409, 412, 429, 503),
    ),
    Operation(
        "DELETE",
        "/api/tasks/{task_id}",
        "deleteTask",
        TASKS,
        "Delete a task",
        "Deletes the task, its upload and its outputs, in any state; a running conversion is stopped.",
        (Success(204, "The task and its files are deleted."),),
        headers=(IF_MATCH,),
        errors=(404, 412, 503),
    ),
    Operation(
        "POST",
        "/api/tasks/{task_id}/cancel",
        "cancelTask",
        TASKS,
        "Cancel a task",
        "A running conversion stops within seconds. Cancelling again has no effect.",
        (Success(200, "The task is CANCELLED.", "Task", ("ETag",), {**CREATED, "state": "CANCELLED"}),),
        headers=(IF_MATCH,),
        errors=(404, 409, 412, 503),
    ),
    Operation(
        "POST",
        "/api/tasks/{task_id}/upload",
        "renewUpload",
        FILES,
        "Renew the upload URL",
        "Returns a new upload URL when the previous one has expired.",
        (Success(200, "The task with its new upload URL.", "CreatedTask", (), CREATED),),
        errors=(404, 409, 429, 503),
    ),
    Operation(
        "POST",
        "/api/tasks/{task_id}/upload/session",
        "openUploadSession",
        FILES,
        "Open a resumable upload",
        "Use the link in the task's `upload.resumable`. Then PUT the file to `Location` in chunks of a "
        "multiple of 256 KiB, as for any resumable upload to Cloud Storage.",
        (Success(201, "The session.", "UploadSession", ("Location",), {"url": UPLOAD["url"]}),),
        query=LINK_QUERY.fields,
        errors=(403, 404, 409, 503),
        is_public=True,
    ),
    Operation(
        "GET",
        "/api/tasks/{task_id}/download",
        "downloadFile",
        FILES,
        "Download a file",
        "Redirects to a signed URL that a browser saves under the file's name. A task's links lead here.",
        (Success(302, "Redirect to the file.", None, ("Location",)),),
        query=(*FILE_QUERY.fields, *LINK_QUERY.fields),
        errors=(404, 409, 422, 503),
    ),
    Operation(
        "GET",
        "/api/download/{task_id}",
        "downloadFileByOldPath",
        FILES,
        "Download a file (compatible path)",
        "The same as `/api/tasks/{task_id}/download`, at the path of the system that Sonube replaces.",
        (Success(302, "Redirect to the file.", None, ("Location",)),),
        query=FILE_QUERY.fields,
        errors=(404, 409, 422, 503),
    ),
    Operation(
        "GET",
        "/api/webhook",
        "getWebhook",
        WEBHOOKS,
        "Get your webhook endpoint",
        "The endpoint receives the outcomes of all your tasks.",
        (Success(200, "Your endpoint, without its secret.", "WebhookEndpoint"),),
        errors=(503,),
    ),
    Operation(
        "PUT",
        "/api/webhook",
        "changeWebhook",
        WEBHOOKS,
        "Change your webhook endpoint",
        "Fields that you leave out stay as they are. The first request creates a secret, which is shown "
        "once. `rotateSecret` creates another; for a day events are signed with both.",
        (Success(200, "Your endpoint.", "WebhookEndpoint"),),
        body=ENDPOINT_CHANGE,
        errors=(503,),
    ),
    Operation(
        "POST",
        "/api/webhook/test",
        "testWebhook",
        WEBHOOKS,
        "Test your webhook endpoint",
        "Sends one test event and returns the receiver's answer.",
        (Success(200, "The result.", "WebhookTest"),),
        errors=(409, 429, 503),
    ),
    Operation(
        "POST",
        "/api/tasks/{task_id}/webhook/replay",
        "replayWebhook",
        WEBHOOKS,
        "Replay a webhook",
        "Delivers the task's outcome again under the same `webhook-id`, by which a receiver recognises it.",
        (Success(202, "The delivery is queued.", "WebhookReplay"),),
        errors=(404, 409, 429, 503),
    ),
    Operation(
        "GET",
        "/api/formats",
        "listFormats",
        SERVICE,
        "List formats, options, presets and limits",
        "Requests are checked against the same tables.",
        (Success(200, "All formats and presets, and the limits of an upload.", "Formats", (), FORMATS),),
        is_public=True,
    ),
    Operation(
        "GET",
        "/api/health",
        "getHealth",
        SERVICE,
        "Check liveness",
        "Calls no other service.",
        (Success(200, "The function runs.", "Health", (), {"status": "ok"}),),
        is_public=True,
    ),
    Operation(
        "GET",
        "/api/openapi.json",
        "getOpenApi",
        SERVICE,
        "Get this description",
        "OpenAPI 3.1.",
        (Success(200, "The document.", is_object=True),),
        is_public=True,
    ),
)
