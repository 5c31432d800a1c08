"""ETags of tasks, the conditions that a client may put on them (RFC 9110), and Idempotency-Keys."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shared.domain.errors import InvalidField, PreconditionFailed

if TYPE_CHECKING:
    from shared.domain.task import Task
    from shared.web.http import Call

KEY_HEADER = "Idempotency-Key"
MAX_KEY_CHARACTERS = 255


def etag(task_id: str, revision: str | None) -> str:
    """Changes whenever the stored task does."""
    return hashlib.sha256(f"{task_id} {revision}".encode()).hexdigest()[:20]


def quoted(tag: str) -> dict[str, str]:
    """The header."""
    return {"ETag": f'"{tag}"'}


def check_if_match(call: Call, task: Task) -> None:
    """Raise PreconditionFailed if the client named another state of the task than the present one.

    What follows a dot in a tag tells representations of one state apart, which is no matter here.
    """
    if "If-Match" not in call.request.headers:
        return
    wanted = call.request.if_match
    states = {tag.partition(".")[0] for tag in wanted.as_set()}
    if not wanted.star_tag and etag(task.id, task.revision) not in states:
        raise PreconditionFailed("The task has changed since you read it: GET it again.")


def is_known(call: Call, tag: str) -> bool:
    """Whether the client has this very representation already (If-None-Match)."""
    return call.request.if_none_match.contains_weak(tag)


def idempotency_key(call: Call) -> str | None:
    """The key, or None if there is none.

    Raises:
        InvalidField: it is empty, too long or not printable.
    """
    if KEY_HEADER not in call.request.headers:
        return None
    key = call.request.headers[KEY_HEADER]
    if not 1 <= len(key) <= MAX_KEY_CHARACTERS or not key.isascii() or not key.isprintable():
        raise InvalidField(
            f"{KEY_HEADER} must be 1 to {MAX_KEY_CHARACTERS} printable ASCII characters.", field=KEY_HEADER
        )
    return key
