"""What the client raises: the service's own problem documents, and the network's failures, as one type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import requests


@dataclass
class SonubeError(Exception):
    """Something did not work.

    Attributes:
        code: stable; the service's (such as `invalid_field`), or `unreachable`, `timed_out`.
        message: for a person.
        status: of the HTTP answer; 0 where there was none.
        hint: what can be done about it, where the service says so.
    """

    code: str
    message: str
    status: int = 0
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def of_answer(answer: requests.Response) -> SonubeError:
    """The error in an answer, whoever gave it."""
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        return unexpected(answer)
    message = str(problem.get("detail", problem.get("title", answer.reason)))
    if problem.get("valid"):
        message += " Valid: " + ", ".join(str(value) for value in problem["valid"]) + "."
    return SonubeError(str(problem.get("code", "unexpected_answer")), message, answer.status_code)


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
        raise unexpected(answer)
    return body


def unexpected(answer: requests.Response) -> SonubeError:
    """What answered does not speak as a Sonube does."""
    message = f"{answer.url} answered {answer.status_code}, and not as a Sonube does: is the address right?"
    return SonubeError("unexpected_answer", message, answer.status_code)
