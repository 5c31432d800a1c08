"""The one exception of the client: for the service's problem documents and for network failures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests


@dataclass
class SonubeError(Exception):
    """A request or a conversion failed.

    Attributes:
        code: stable; one of the service's (such as `invalid_field`) or of the client's (docs/cli.md).
        message: what happened, for people.
        status: HTTP status; 0 if there was no answer.
        hint: what to do about it, if known.
        request_id: identifies the request in the service's log; empty if there is none.
    """

    code: str
    message: str
    status: int = 0
    hint: str = ""
    request_id: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def of_answer(answer: requests.Response) -> SonubeError:
    """The error in an answer, which may not be from a Sonube service."""
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        return unexpected(answer.url, answer.status_code)
    message = str(problem.get("detail", problem.get("title", answer.reason)))
    if problem.get("valid"):
        message += " Valid: " + ", ".join(str(value) for value in problem["valid"]) + "."
    return SonubeError(
        str(problem.get("code", "unexpected_answer")),
        message,
        answer.status_code,
        request_id=str(problem.get("requestId", "")),
    )


def as_sonube_error(error: SonubeError | OSError) -> SonubeError:
    """The error itself; an OSError becomes one with the file's name and the system's reason."""
    if isinstance(error, SonubeError):
        return error
    reason = error.strerror or str(error)
    return SonubeError("file", f"{error.filename}: {reason}." if error.filename else f"{reason}.")


def unreachable(url: str) -> SonubeError:
    """The service does not answer."""
    hint = "Check the address and your network, and that the service is running."
    return SonubeError("unreachable", f"{url} cannot be reached.", hint=hint)


def one_line(error: SonubeError) -> str:
    """One line for the terminal; with the request's id if the service is at fault."""
    served = error.status >= requests.codes.server_error and error.request_id
    return f"{error} [{error.code}{f', request {error.request_id}' if served else ''}]"


def object_in(answer: requests.Response) -> dict[str, Any]:
    """The JSON object in a successful answer, {} if it has no body.

    Raises:
        SonubeError: the body is something else, so this is not a Sonube service.
    """
    try:
        body = answer.json() if answer.content else {}
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise unexpected(answer.url, answer.status_code)
    return body


def unexpected(url: str, status: int) -> SonubeError:
    """What answers there is not a Sonube service."""
    message = f"{url} answered {status}, but it is not a Sonube service. Check the address."
    return SonubeError("unexpected_answer", message, status)
