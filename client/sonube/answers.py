"""Answers of the service: the JSON object in a good one, the error in another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sonube.errors import SonubeError, refused, unexpected

if TYPE_CHECKING:
    import requests


def object_in(answer: requests.Response) -> dict[str, Any]:
    """The JSON object in a successful answer, {} if it has no body.

    Raises:
        SonubeError: the body is something else, so this is not a Sonube service.
    """
    body = object_or_none(answer) if answer.content else {}
    if body is None:
        raise unexpected(answer.url, answer.status_code)
    return body


def error_in(answer: requests.Response) -> SonubeError:
    """The error in an answer, which may not be from a Sonube service."""
    problem = object_or_none(answer)
    if problem is None:
        return unexpected(answer.url, answer.status_code)
    return refused(answer.status_code, problem, retry_after_s(answer))


def retry_after_s(answer: requests.Response) -> float | None:
    """The seconds in Retry-After, if there are any."""
    wanted = answer.headers.get("Retry-After", "")
    return float(wanted) if wanted.isascii() and wanted.isdigit() else None


def object_or_none(answer: requests.Response) -> dict[str, Any] | None:
    """The JSON object in a body, None if it is something else."""
    try:
        body = answer.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
