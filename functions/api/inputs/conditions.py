"""Conditional requests (RFC 9110) and Idempotency-Keys."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shared.domain.errors import PreconditionFailed
from shared.web.compression import TAG_END

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

    A weak tag never matches (RFC 9110, 13.1.1): a proxy that compresses responses has made it weak.
    """
    if "If-Match" not in call.request.headers:
        return
    expected, revision = call.request.if_match, etag(task.id, task.revision)
    if expected.star_tag or revision in {_revision_in(tag) for tag in expected.as_set()}:
        return
    if revision in {_revision_in(tag) for tag in expected.as_set(include_weak=True)}:
        raise PreconditionFailed(
            'If-Match has a weak tag (W/"…"), which never matches: a proxy between you and the service has '
            "weakened it. The task has not changed. Send the tag without W/."
        )
    raise PreconditionFailed("The task has changed since you read it. Read it again.")


def is_not_modified(call: Call, tag: str) -> bool:
    """Whether the client already has the representation with this tag, compressed or not (If-None-Match)."""
    known = call.request.if_none_match
    return known.contains_weak(tag) or known.contains_weak(tag + TAG_END)


def _revision_in(tag: str) -> str:
    """The part of a tag before what distinguishes representations of one revision: `.…` or `-gzip`."""
    return tag.partition("-")[0].partition(".")[0]


def idempotency_key(call: Call) -> str | None:
    """The Idempotency-Key, or None if the request has none.

    Raises:
        InvalidField: the key is empty, too long or not printable.
    """
    key = call.request.headers.get(IDEMPOTENCY_KEY.name)
    return None if key is None else str(IDEMPOTENCY_KEY.parse_text(key))
