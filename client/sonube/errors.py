"""What the client raises: the service's own problem documents, and the network's failures, as one type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
        return SonubeError(
            "unexpected_answer", f"The service answered {answer.status_code}.", answer.status_code
        )
    message = str(problem.get("detail", problem.get("title", answer.reason)))
    if problem.get("valid"):
        message += " Valid: " + ", ".join(str(value) for value in problem["valid"]) + "."
    return SonubeError(str(problem.get("code", "unexpected_answer")), message, answer.status_code)
