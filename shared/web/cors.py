"""CORS: which web pages of other origins may call the API, which uses no cookies.

A browser never sends a bearer token by itself, so allowing every origin is safe on a public server.
`CORS_ORIGINS` restricts them. A local Sonube allows its own pages only: others cannot reach it otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

REQUEST_HEADERS = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    # Sent to open a resumable upload, as to the bucket.
    "X-Goog-Content-Length-Range, X-Goog-If-Generation-Match, X-Goog-Resumable"
)
RESPONSE_HEADERS = "ETag, Idempotent-Replayed, Location, Retry-After, WWW-Authenticate, X-Request-Id"
PREFLIGHT_MAX_AGE_S = 7200


def cors_headers(origins: frozenset[str], origin: str | None) -> dict[str, str]:
    """The headers of every response to this origin.

    Args:
        origins: the allowed ones; `*` allows all.
        origin: of the calling page; None without a browser.
    """
    if "*" in origins:
        return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": RESPONSE_HEADERS}
    if not origins:
        return {}
    # The response depends on the origin, so a cache must not return it to another.
    allowed = {"Access-Control-Allow-Origin": origin} if origin in origins and origin else {}
    return {"Vary": "Origin", "Access-Control-Expose-Headers": RESPONSE_HEADERS, **allowed}


def preflight_headers(methods: Iterable[str]) -> dict[str, str]:
    """The further headers of a response to OPTIONS."""
    allow = ", ".join(sorted(methods))
    return {
        "Allow": allow,
        "Access-Control-Allow-Methods": allow,
        "Access-Control-Allow-Headers": REQUEST_HEADERS,
        "Access-Control-Max-Age": str(PREFLIGHT_MAX_AGE_S),
    }
