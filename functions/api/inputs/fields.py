"""The table of all fields of requests: the parsers check by it, the OpenAPI document is made from it."""

from __future__ import annotations

from dataclasses import replace

from shared.domain.fields import MAX_INTEGER, NOT_BLANK, Field, FieldTable
from shared.domain.names import (
    FILENAME_PATTERN,
    MAX_FILENAME_CHARACTERS,
    TASK_ID,
    parse_email,
    parse_filename,
)
from shared.domain.states import State
from shared.domain.webhook import MAX_URL_CHARACTERS
from shared.keys.api_key import KEY_ID, Scope

MAX_OUTPUTS = 5
MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE = 100, 20
MAX_OUTPUT_NUMBER = 99
MAX_KEY_CHARACTERS = 255
MEDIA_TYPE = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,63}"
# Browsers state the codecs of what they record, not always quoted: video/webm;codecs=vp8,opus.
PARAMETER = f'[ \\t]*;[ \\t]*{MEDIA_TYPE}=([!#-:<-\\[\\]-~]{{1,64}}|"[ !#-\\[\\]-~]{{0,64}}")'
ETAG = r'^"[0-9a-f.]{20,40}(-gzip)?"$'
FILES = ("converted", "original", "waveform")

# Accounts

EMAIL = Field(
    "email",
    "string",
    "E-mail address of the account. Spaces around it are ignored, and so is case.",
    pattern=NOT_BLANK,
    format="email",
    must_be="an e-mail address",
    is_required=True,
    example="you@example.com",
    parser=parse_email,
)
PASSWORD = Field(
    "password",
    "string",
    "Sent to Firebase Authentication and stored nowhere else.",
    pattern=NOT_BLANK,
    format="password",
    is_required=True,
    example="correct horse",
)
NEW_PASSWORD = replace(PASSWORD, minimum=6, maximum=4096)
CREDENTIALS = FieldTable("Credentials", (EMAIL, PASSWORD), is_open=True)
NEW_ACCOUNT = FieldTable("NewAccount", (EMAIL, NEW_PASSWORD), is_open=True)
REFRESH = Field(
    "refreshToken",
    "string",
    "From the latest session.",
    pattern=NOT_BLANK,
    is_required=True,
    example="AMf-vBx0…",
)
REFRESH_TOKEN = FieldTable("RefreshToken", (REFRESH,), is_open=True)
ADDRESS = FieldTable("Address", (EMAIL,), is_open=True)
CODE = Field(
    "code",
    "string",
    "`oobCode` in the link of a mail.",
    minimum=1,
    maximum=1024,
    pattern=NOT_BLANK,
    is_required=True,
    example="ZJTqM1…",
)
MAIL_CODE = FieldTable("MailCode", (CODE,), is_open=True)
CHOSEN_PASSWORD = FieldTable("ChosenPassword", (CODE, NEW_PASSWORD), is_open=True)
CURRENT_PASSWORD = replace(
    PASSWORD,
    name="currentPassword",
    description="Not needed within five minutes after a log-in.",
    is_required=False,
    is_nullable=True,
)
PASSWORD_CHANGE = FieldTable(
    "PasswordChange", (CURRENT_PASSWORD, replace(NEW_PASSWORD, name="newPassword", example="battery staple"))
)
ACCOUNT_DELETION = FieldTable("AccountDeletion", (CURRENT_PASSWORD,))

# Tasks

FORMAT = Field("format", "string", "Output format; a preset has one too.", is_nullable=True, example="mp3")
NEW_FORMAT = replace(FORMAT, name="newFormat")
PRESET = Field(
    "preset", "string", "A format and options by name; options that you send override it.", is_nullable=True
)
OPTIONS = Field("options", "object", "Options of the format.", is_nullable=True, example={"bitRateKbps": 192})
OUTPUTS = Field("outputs", "array", "Several outputs, all made in one pass.", minimum=1, maximum=MAX_OUTPUTS)
ONE_OUTPUT = (NEW_FORMAT, PRESET, OPTIONS)
FILENAME = Field(
    "filename",
    "string",
    "Name of the file, for display and for naming the outputs; not a path.",
    minimum=1,
    maximum=MAX_FILENAME_CHARACTERS,
    pattern=FILENAME_PATTERN,
    must_be="a file name, such as song.wav",
    is_required=True,
    example="song.wav",
    parser=parse_filename,
)
CONTENT_TYPE = Field(
    "contentType",
    "string",
    "Stored with the upload, without parameters, if it is audio or video; anything else is stored as "
    "application/octet-stream. The type of the audio is detected from its content.",
    pattern=f"^{MEDIA_TYPE}/{MEDIA_TYPE}({PARAMETER}){{0,8}}$",
    must_be="a media type, such as audio/wav",
    default="application/octet-stream",
)
SIZE = Field(
    "sizeBytes",
    "integer",
    "If present, a file that is too large is refused before it is sent.",
    minimum=0,
    maximum=MAX_INTEGER,
    must_be="a number of bytes, 0 or more",
    is_nullable=True,
)
DURATION = replace(
    SIZE,
    name="durationS",
    kind="number",
    description="If present, audio that is too long is refused before it is sent.",
    must_be="a number of seconds, 0 or more",
)
MAX_COST = Field(
    "maxCostUsd",
    "number",
    "The most that the task may cost in all, in US dollars. A conversion that may make it cost more is "
    "refused before it starts, once the file is known.",
    minimum=0,
    maximum=1_000_000,
    must_be="a number of US dollars, 0 to 1000000",
    is_nullable=True,
)
URL = Field(
    "url",
    "string",
    "Receiver of the outcomes of all your tasks; null removes it. An https URL on the public internet.",
    maximum=MAX_URL_CHARACTERS,
    format="uri",
    must_be=f"an https URL of at most {MAX_URL_CHARACTERS} characters, or null",
    is_nullable=True,
    example="https://example.com/hook",
)
# Also accepted as an object: {"url": …}.
WEBHOOK = replace(
    URL,
    name="webhook",
    description="Receiver of the outcome of this task. An https URL on the public internet.",
    example=None,
)
NEW_TASK = FieldTable(
    "TaskRequest", (FILENAME, CONTENT_TYPE, *ONE_OUTPUT, OUTPUTS, WEBHOOK, SIZE, DURATION, MAX_COST)
)
OUTPUT_CHANGE = FieldTable("OutputChange", (*ONE_OUTPUT, OUTPUTS, MAX_COST))
OUTPUT_REQUEST = FieldTable("OutputRequest", (FORMAT, PRESET, OPTIONS))

# Webhooks

ROTATE_SECRET = Field(
    "rotateSecret", "boolean", "Create a new secret; the old one stays valid for a day.", default=False
)
ENDPOINT_CHANGE = FieldTable("EndpointChange", (URL, ROTATE_SECRET))

# API keys

KEY_NAME = Field(
    "name",
    "string",
    "What the key is for, so that you recognise it in the list.",
    minimum=1,
    maximum=100,
    pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$",
    must_be="a name of 1 to 100 characters, without control characters",
    is_required=True,
    example="Podcast server",
)
KEY_SCOPE = Field(
    "scope",
    "string",
    "`read`: lists, states and downloads. `write`: also creating, changing and deleting.",
    values=tuple(Scope),
    default=Scope.WRITE.value,
)
VALID_DAYS = Field(
    "validDays",
    "integer",
    "Days until the key expires; null: it is valid until you revoke it.",
    minimum=1,
    maximum=3650,
    unit="days",
    is_nullable=True,
    example=365,
)
NEW_KEY = FieldTable("NewKey", (KEY_NAME, KEY_SCOPE, VALID_DAYS))

# Path, query and headers

KEY_ID_PARAMETER = Field(
    "key_id",
    "string",
    "Id of the API key.",
    pattern=f"^{KEY_ID.pattern}$",
    is_required=True,
    example="6b86b273ff34fce19d6b804eff5a3f57",
)

TASK_ID_PARAMETER = Field(
    "task_id",
    "string",
    "Id of the task.",
    pattern=f"^{TASK_ID.pattern}$",
    is_required=True,
    example="3q2-7wEBAv0aKZ4cJ1xLhQ",
)
MAX = Field(
    "max",
    "integer",
    "Limit of tasks in the page.",
    minimum=1,
    maximum=MAX_PAGE_SIZE,
    default=DEFAULT_PAGE_SIZE,
)
TASK_QUERY = FieldTable(
    "TaskQuery",
    (
        Field("state", "string", "Only tasks in this state.", values=tuple(State)),
        Field("order", "integer", "By creation: 0 oldest first, 1 newest first.", values=(0, 1), default=1),
        MAX,
        replace(MAX, name="pageSize", description="Another name for `max`."),
        Field("pageToken", "string", "`nextPageToken` of the previous page."),
    ),
)
TASK_VIEW = FieldTable(
    "TaskView",
    (
        Field(
            "upload",
            "string",
            "`check`: if the task waits for its upload, look whether the file is there, and then state its "
            "`source.sizeBytes`. Without it, that appears once the conversion begins.",
            values=("check",),
        ),
    ),
)
FILE_QUERY = FieldTable(
    "FileQuery",
    (
        Field("file", "string", "An output, the upload or its waveform.", values=FILES, default=FILES[0]),
        Field("output", "integer", "Index of the output.", minimum=0, maximum=MAX_OUTPUT_NUMBER, default=0),
    ),
)
LINK_QUERY = FieldTable(
    "LinkQuery",
    (
        Field("expires", "string", "Part of a link."),
        Field("signature", "string", "Part of a link; with it no ID token is needed."),
    ),
)
IDEMPOTENCY_KEY = Field(
    "Idempotency-Key",
    "string",
    f"Your choice, up to {MAX_KEY_CHARACTERS} characters. For 24 hours the same key with the same body gets "
    "the same response and creates one task. Another body is refused (422), and so is a second request "
    "while the first is in progress (409).",
    pattern=rf"^[!-~]([ -~]{{0,{MAX_KEY_CHARACTERS - 2}}}[!-~])?$",
    must_be=f"1 to {MAX_KEY_CHARACTERS} printable ASCII characters",
)
IF_MATCH = Field(
    "If-Match", "string", "Proceed only if the task still has this ETag; else 412.", pattern=ETAG
)
IF_NONE_MATCH = Field("If-None-Match", "string", "Respond 304 if the task still has this ETag.", pattern=ETAG)
