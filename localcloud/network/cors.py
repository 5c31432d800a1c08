"""Cross-origin requests to Google's JSON APIs, whose front end answers to every origin alike."""

from __future__ import annotations

METHODS = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"


def json_api_headers(origin: str, requested_headers: str | None) -> dict[str, str]:
    """The headers of an answer; `requested_headers` is what a preflight asks for."""
    headers = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    if requested_headers is None:
        return {**headers, "Access-Control-Expose-Headers": "Content-Length, Content-Range, Location, Range"}
    return {
        **headers,
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": requested_headers,
        "Access-Control-Max-Age": "3600",
    }
