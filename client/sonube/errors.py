"""Exceptions of the client: one class, and subclasses for what programs handle differently.

SonubeError
├── Unauthenticated   no session, or the token or key is refused
├── InvalidRequest    a value is refused; `field` names it, `valid` lists what is valid
├── NotFound          there is no such task of this user
├── QuotaExceeded     a limit is reached, and waiting did not help
├── ConversionFailed  the task ended without results
├── StillRunning      the task did not end in time
├── SourceChanged     the file changed while it was being uploaded
└── Unreachable       the service or the bucket does not answer
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class SonubeError(Exception):
    """A request or a conversion failed. Hashable, and survives pickling.

    Attributes:
        code: stable; one of the service's (such as `invalid_field`) or of the client's (docs/cli.md).
        message: what happened, for people.
        status: HTTP status; 0 if there was no answer.
        hint: what to do about it, if known.
        request_id: identifies the request in the service's log; empty if there is none.
        field: the field of the request that was refused, such as `options.bitRateKbps`; else empty.
        valid: the valid values of that field, if they can be listed.
        retry_after_s: seconds after which the service may accept the request, if it says so.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 0,
        *,
        hint: str = "",
        request_id: str = "",
        field: str = "",
        valid: Iterable[str] = (),
        retry_after_s: float | None = None,
    ) -> None:
        # What is passed on here is what pickle passes to the constructor; it restores the rest by itself.
        super().__init__(code, message, status)
        self.code, self.message, self.status = code, message, status
        self.hint, self.request_id = hint, request_id
        self.field, self.valid = field, tuple(valid)
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Unauthenticated(SonubeError):
    """There is no session, or the service refuses the token."""


class InvalidRequest(SonubeError):
    """The service refuses a value of the request."""


class NotFound(SonubeError):
    """There is no such task, or it belongs to another user."""


class QuotaExceeded(SonubeError):
    """A limit of this user or of the service is reached."""


class ConversionFailed(SonubeError):
    """The task ended without results: failed, cancelled or expired."""


class StillRunning(SonubeError):
    """The task did not end within the given time."""


class SourceChanged(SonubeError):
    """The file changed while it was being uploaded."""


class Unreachable(SonubeError):
    """The service or the bucket does not answer, after all retries."""


_BY_STATUS: dict[int, type[SonubeError]] = {
    HTTPStatus.UNAUTHORIZED: Unauthenticated,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.UNPROCESSABLE_ENTITY: InvalidRequest,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: InvalidRequest,
    HTTPStatus.TOO_MANY_REQUESTS: QuotaExceeded,
}


def refused(status: int, problem: dict[str, Any], retry_after_s: float | None = None) -> SonubeError:
    """The error in a problem document (RFC 9457) of the service."""
    valid = [str(value) for value in problem.get("valid") or ()]
    message = str(problem.get("detail") or problem.get("title") or HTTPStatus(status).phrase)
    if valid:
        message += f" Valid: {', '.join(valid)}."
    kind = _BY_STATUS.get(status, SonubeError)
    return kind(
        str(problem.get("code", "unexpected_answer")),
        message,
        status,
        request_id=str(problem.get("requestId", "")),
        field=str(problem.get("field", "")),
        valid=valid,
        retry_after_s=retry_after_s,
    )


def as_sonube_error(error: Exception) -> SonubeError:
    """The error itself; of an OSError the file's name and the system's reason; of a defect its type."""
    if isinstance(error, SonubeError):
        return error
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return SonubeError("file", f"{error.filename}: {reason}." if error.filename else f"{reason}.")
    message = f"{type(error).__name__}: {error}".rstrip(": .")
    return SonubeError(
        "client_defect", f"{message}.", hint="This is a defect of the sonube command; please report it."
    )


def unreachable(url: str) -> SonubeError:
    """The service does not answer."""
    hint = "Check the address and your network, and that the service is running."
    return Unreachable("unreachable", f"{url} cannot be reached.", hint=hint)


def unexpected(url: str, status: int) -> SonubeError:
    """What answers there is not a Sonube service."""
    message = f"{url} answered {status}, but it is not a Sonube service. Check the address."
    return SonubeError("unexpected_answer", message, status)


def one_line(error: SonubeError) -> str:
    """One line for the terminal; with the request's id if the service is at fault."""
    served = error.status >= HTTPStatus.INTERNAL_SERVER_ERROR and error.request_id
    return f"{error} [{error.code}{f', request {error.request_id}' if served else ''}]"
