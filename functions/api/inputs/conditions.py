"""Conditional requests (RFC 9110) and Idempotency-Keys."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shared.domain.errors import PreconditionFailed

from .fields import IDEMPOTENCY_KEY

if TYPE_CHECKING:
    from shared.domain.task import Task
    from shared.web.http import Call


def etag(task_id: str, revision: str | None) -> str:
    """A tag that changes with every change of the stored task."""
    return hashlib.sha256(f"{task_id} {revision}".encode()).hexdigest()[:20]


def quoted(tag: str) -> dict[str, str]:
    """The tag as a header."""
    return {"ETag": f'"{tag}"'}


def check_if_match(call: Call, task: Task) -> None:
    """Raise PreconditionFailed if the request's If-Match names another revision of the task.

    The part of a tag after a dot distinguishes representations of one revision; it is ignored here.
    """
    if "If-Match" not in call.request.headers:
        return
    expected = call.request.if_match
    revisions = {tag.partition(".")[0] for tag in expected.as_set()}
    if not expected.star_tag and etag(task.id, task.revision) not in revisions:
        raise PreconditionFailed("The task has changed since you read it. Read it again.")


def is_not_modified(call: Call, tag: str) -> bool:
    """Whether the client already has the representation with this tag (If-None-Match)."""
    return call.request.if_none_match.contains_weak(tag)


def idempotency_key(call: Call) -> str | None:
    """The Idempotency-Key, or None if the request has none.

    Raises:
        InvalidField: the key is empty, too long or not printable.
    """
    key = call.request.headers.get(IDEMPOTENCY_KEY.name)
    return None if key is None else str(IDEMPOTENCY_KEY.parse_text(key))
