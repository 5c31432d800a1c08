"""What the client raises: the service's own problem documents, and the network's failures, as one type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests


@dataclass
class SonubeError(Exception):
    """Something did not work.

    Attributes:
        code: stable; the service's (such as `invalid_field`), or the client's own (docs/cli.md).
        message: for a person.
        status: of the HTTP answer; 0 where there was none.
        hint: what can be done about it, where that is known.
        request_id: of the refused request, as the service's log has it; empty where there is none.
    """

    code: str
    message: str
    status: int = 0
    hint: str = ""
    request_id: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def of_answer(answer: requests.Response) -> SonubeError:
    """The error in an answer, whoever gave it."""
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


def told(error: SonubeError | OSError) -> SonubeError:
    """The error as it is; of a file that cannot be read or written, by the system's name and reason."""
    if isinstance(error, SonubeError):
        return error
    reason = error.strerror or str(error)
    return SonubeError("file", f"{error.filename}: {reason}." if error.filename else f"{reason}.")


def unreachable(url: str) -> SonubeError:
    """Nobody answers there."""
    hint = "Is it running, the address right, and this machine connected?"
    return SonubeError("unreachable", f"{url} cannot be reached.", hint=hint)


def line_of(error: SonubeError) -> str:
    """What a terminal shows of it; with the request's id where the service itself is at fault."""
    served = error.status >= requests.codes.server_error and error.request_id
    return f"{error} [{error.code}{f', request {error.request_id}' if served else ''}]"


def object_in(answer: requests.Response) -> dict[str, Any]:
    """The JSON object of an answer that was no error, {} if it has no body.

    Raises:
        SonubeError: it is none, so whoever answered is no Sonube.
    """
    try:
        body = answer.json() if answer.content else {}
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise unexpected(answer.url, answer.status_code)
    return body


def unexpected(url: str, status: int) -> SonubeError:
    """What answered does not speak as a Sonube does."""
    message = f"{url} answered {status}, and not as a Sonube does: is the address right?"
    return SonubeError("unexpected_answer", message, status)
