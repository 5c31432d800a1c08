"""A task in its queue: what was asked for, and how its attempts went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

import grpc
from google.cloud import tasks_v2

NO_RESPONSE = 0

# How an HTTP status appears as a code of google.rpc, by google.rpc.Code's own table.
_CODES = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.NOT_FOUND,
    409: grpc.StatusCode.ABORTED,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
    499: grpc.StatusCode.CANCELLED,
    500: grpc.StatusCode.INTERNAL,
    501: grpc.StatusCode.UNIMPLEMENTED,
    503: grpc.StatusCode.UNAVAILABLE,
    504: grpc.StatusCode.DEADLINE_EXCEEDED,
}


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended.

    Attributes:
        status: of HTTP; NO_RESPONSE if there was none.
        problem: why there was none.
        timed_out: whether that was for lack of time.
        retry_after_s: what the target asked for with 429 or 503.
    """

    status: int
    problem: str = ""
    timed_out: bool = False
    retry_after_s: float = 0.0

    @property
    def succeeded(self) -> bool:
        """Whether the task is done."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def executed(self) -> bool:
        """Whether it counts for X-CloudTasks-TaskExecutionCount: any answer but a 5xx."""
        return self.status != NO_RESPONSE and self.status < HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def code(self) -> grpc.StatusCode:
        """The code of google.rpc that says the same."""
        if self.status == NO_RESPONSE:
            late, unreachable = grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE
            return late if self.timed_out else unreachable
        return _CODES.get(self.status, grpc.StatusCode.UNKNOWN)

    @property
    def message(self) -> str:
        """As Cloud Tasks words it: `UNAVAILABLE(14): HTTP status code 503`."""
        what = self.problem or f"HTTP status code {self.status}"
        return f"{self.code.name}({self.code.value[0]}): {what}"


@dataclass(frozen=True)
class QueuedTask:
    """One row of the queue.

    Attributes:
        key: never used twice, unlike the name.
        task: as it was accepted.
        due: seconds since 1970; the schedule time.
        dispatches, responses, executions: attempts begun, answered, and answered otherwise than 5xx.
        first_dispatch, last_schedule, last_dispatch, last_response: seconds since 1970, None before it.
        last_status: of the last finished attempt, NO_RESPONSE if it had none; None before there was one.
        last_message: the last finished attempt's status in words.
    """

    key: int
    queue: str
    task: tasks_v2.Task
    due: float
    dispatches: int
    responses: int
    executions: int
    first_dispatch: float | None
    last_schedule: float | None
    last_dispatch: float | None
    last_response: float | None
    last_code: int
    last_status: int | None
    last_message: str

    @property
    def name(self) -> str:
        """The task's full name."""
        return str(self.task.name)

    def resource(self, view: tasks_v2.Task.View) -> tasks_v2.Task:
        """The task as the API shows it; the body only in the FULL view."""
        shown = tasks_v2.Task(self.task)
        full = view == tasks_v2.Task.View.FULL
        shown.view = tasks_v2.Task.View(tasks_v2.Task.View.FULL if full else tasks_v2.Task.View.BASIC)
        if not full:
            shown.http_request.body = b""
        shown.schedule_time = moment(self.due)
        shown.dispatch_count, shown.response_count = self.dispatches, self.responses
        if self.first_dispatch is not None:
            shown.first_attempt = tasks_v2.Attempt(dispatch_time=moment(self.first_dispatch))
        if self.last_dispatch is not None:
            shown.last_attempt = self._last_attempt()
        return shown

    def _last_attempt(self) -> tasks_v2.Attempt:
        attempt = tasks_v2.Attempt(
            schedule_time=moment(self.last_schedule or 0.0), dispatch_time=moment(self.last_dispatch or 0.0)
        )
        if self.last_response is not None:
            attempt.response_time = moment(self.last_response)
            attempt.response_status = {"code": self.last_code, "message": self.last_message}
        return attempt


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as the clients' libraries want them."""
    return datetime.fromtimestamp(seconds, UTC)
