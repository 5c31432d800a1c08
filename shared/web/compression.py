"""Compresses JSON for clients that ask for it."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

# A smaller body fits into one packet anyway.
LEAST_BYTES = 1024
# The lowest level takes half the time of the usual one, for a result that is 5% larger.
LEVEL = 1
# Ends the tag of a compressed representation, as in Apache and in our own static files.
TAG_END = "-gzip"
_TYPES = frozenset({"application/json", "application/problem+json"})


def compress(response: Response, request: Request) -> None:
    """Compress the body in place, if that is worth it and the client accepts it."""
    if response.mimetype not in _TYPES or "Content-Encoding" in response.headers:
        return
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < LEAST_BYTES or not request.accept_encodings.quality("gzip") > 0:
        return
    response.set_data(gzip.compress(body, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    tag, is_weak = response.get_etag()
    if tag is not None:
        response.set_etag(tag + TAG_END, bool(is_weak))
