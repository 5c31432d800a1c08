"""Checks a task before it is added to a queue, and completes it with defaults."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from google.cloud import tasks_v2

from localcloud.tasks import names
from localcloud.tasks.errors import invalid, not_implemented
from localcloud.tasks.queues import check_retries

if TYPE_CHECKING:
    from collections.abc import Mapping

USER_AGENT = "Google-Cloud-Tasks"
TASK_MAX_BYTES = 100 * 1024
URL_MAX_CHARACTERS = 2083
HEADERS_MAX_BYTES = 80 * 1024
SCHEDULE_MAX_S = 720 * 3600.0
# Cloud Tasks sets these itself; a task's own are dropped.
RESERVED_HEADERS = ("host", "content-length", "user-agent")
RESERVED_PREFIXES = ("x-google-", "x-appengine-", "x-cloudtasks-")
METHODS_WITH_BODY = (tasks_v2.HttpMethod.POST, tasks_v2.HttpMethod.PUT, tasks_v2.HttpMethod.PATCH)


@dataclass(frozen=True)
class DeadlineRule:
    """How long an attempt may take, in seconds: Cloud Tasks' figures, which a test may shorten."""

    default_s: float = 600.0
    min_s: float = 15.0
    max_s: float = 1800.0


def accepted(task: tasks_v2.Task, queue: str, rule: DeadlineRule, now: float) -> tasks_v2.Task:
    """The task as the queue keeps it: named, scheduled, with every default filled in.

    Args:
        task: what a caller sent; its output-only fields are ignored.
        queue: the queue's name.
        rule: bounds of the dispatch deadline.
        now: seconds since 1970.

    Raises:
        StatusError: INVALID_ARGUMENT, or UNIMPLEMENTED for App Engine targets and OAuth tokens.
    """
    kept = tasks_v2.Task(name=_name(task, queue), http_request=_http_request(task))
    kept.schedule_time = _moment(_schedule_s(task, now))
    kept.create_time = _moment(int(now))
    kept.dispatch_deadline = timedelta(seconds=_deadline_s(task, rule))
    if "retry_config" in task:
        check_retries(task.retry_config)
        kept.retry_config = task.retry_config
    if len(tasks_v2.Task.serialize(kept)) > TASK_MAX_BYTES:
        raise invalid("Task size too large")
    return kept


def _name(task: tasks_v2.Task, queue: str) -> str:
    if not task.name:
        return f"{queue}/tasks/{secrets.randbelow(10**20):020d}"
    named = names.queue_of(names.task(task.name))
    if named != queue:
        raise invalid(
            f"The queue name from request ('{queue}') must be the same as the queue name in the named task "
            f"('{named}')."
        )
    return task.name


def _http_request(task: tasks_v2.Task) -> tasks_v2.HttpRequest:
    if "app_engine_http_request" in task:
        raise not_implemented("tasks for App Engine")
    if "http_request" not in task:
        raise invalid("Task.message_type is required.")
    request = tasks_v2.HttpRequest(task.http_request)
    if "oauth_token" in request:
        raise not_implemented("tasks with an oauth_token")
    if "oidc_token" in request and not request.oidc_token.service_account_email:
        raise invalid("HttpRequest.oidcToken.serviceAccountEmail is required.")
    _check_url(request.url)
    if request.http_method == tasks_v2.HttpMethod.HTTP_METHOD_UNSPECIFIED:
        request.http_method = tasks_v2.HttpMethod(tasks_v2.HttpMethod.POST)
    if request.body and request.http_method not in METHODS_WITH_BODY:
        raise invalid("HttpRequest.body is only allowed with the methods POST, PUT and PATCH.")
    request.headers = _headers(request.headers)
    return request


def _check_url(url: str) -> None:
    if not url:
        raise invalid("HttpRequest.url is required.")
    if not url.startswith(("http://", "https://")):
        raise invalid("HttpTarget.url must start with 'http://' or 'https://'.")
    if len(url) > URL_MAX_CHARACTERS:
        raise invalid(f"HttpRequest.url must be no longer than {URL_MAX_CHARACTERS} characters.")


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    if sum(len(name) + len(value) for name, value in headers.items()) > HEADERS_MAX_BYTES:
        raise invalid("HttpRequest.headers must be smaller than 80KB.")
    kept = {
        name: value
        for name, value in headers.items()
        if name.lower() not in RESERVED_HEADERS and not name.lower().startswith(RESERVED_PREFIXES)
    }
    return {**kept, "User-Agent": USER_AGENT}


def _schedule_s(task: tasks_v2.Task, now: float) -> float:
    if "schedule_time" not in task:
        return now
    wanted: float = task.schedule_time.timestamp()
    if wanted > now + SCHEDULE_MAX_S:
        raise invalid(
            f"The Task.scheduleTime, {task.schedule_time.isoformat()}, is too far in the future. "
            "Schedule time must be no more than 720h in the future."
        )
    return max(wanted, now)


def _deadline_s(task: tasks_v2.Task, rule: DeadlineRule) -> float:
    if "dispatch_deadline" not in task:
        return rule.default_s
    wanted: float = task.dispatch_deadline.total_seconds()
    if not rule.min_s <= wanted <= rule.max_s:
        raise invalid("Task.dispatchDeadline must be between [15s, 30m].")
    return wanted


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
