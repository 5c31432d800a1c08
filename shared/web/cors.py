"""Which web pages of other origins may call: Fetch's CORS protocol, for an API that knows no cookies.

A bearer token is never sent by a browser of its own accord, so letting every origin in gives nobody anything
that they could not have from a shell. `CORS_ORIGINS` narrows it all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

REQUEST_HEADERS = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    # Sent along when a resumable upload is opened, as they are to the bucket.
    "X-Goog-Content-Length-Range, X-Goog-If-Generation-Match, X-Goog-Resumable"
)
ANSWER_HEADERS = "ETag, Idempotent-Replayed, Location, Retry-After, WWW-Authenticate, X-Request-Id"
PREFLIGHT_MAX_AGE_S = 7200


def cors_headers(origins: frozenset[str], origin: str | None) -> dict[str, str]:
    """What every answer says to this origin.

    Args:
        origins: those let in; `*` lets in all.
        origin: of the page that calls; None if no browser says so.
    """
    if "*" in origins:
        return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": ANSWER_HEADERS}
    if not origins:
        return {}
    # The answer depends on who asks, so a cache must not give it to another.
    allowed = {"Access-Control-Allow-Origin": origin} if origin in origins and origin else {}
    return {"Vary": "Origin", "Access-Control-Expose-Headers": ANSWER_HEADERS, **allowed}


def preflight_headers(methods: Iterable[str]) -> dict[str, str]:
    """What an answer to OPTIONS says beside that."""
    allow = ", ".join(sorted(methods))
    return {
        "Allow": allow,
        "Access-Control-Allow-Methods": allow,
        "Access-Control-Allow-Headers": REQUEST_HEADERS,
        "Access-Control-Max-Age": str(PREFLIGHT_MAX_AGE_S),
    }
