"""ETags of tasks, and the conditions that a client may put on them (RFC 9110)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shared.errors import PreconditionFailed

if TYPE_CHECKING:
    from shared.http import Call
    from shared.task import Task


def etag(task: Task) -> str:
    """Changes whenever the stored task does."""
    return hashlib.sha256(f"{task.id} {task.revision}".encode()).hexdigest()[:20]


def check_if_match(call: Call, task: Task) -> None:
    """Raise PreconditionFailed if the client named another state of the task than the present one."""
    wanted = call.request.if_match
    if "If-Match" in call.request.headers and not wanted.contains(etag(task)):
        raise PreconditionFailed("The task has changed since you read it: GET it again.")


def is_known(call: Call, tag: str) -> bool:
    """Whether the client has this very representation already (If-None-Match)."""
    return call.request.if_none_match.contains_weak(tag)
