"""One attempt: the HTTP request that Cloud Tasks makes for a task, and its response."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
from google.cloud import tasks_v2
from yarl import URL

from localcloud.tasks import names
from localcloud.tasks.queued import NO_RESPONSE, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.tasks.queued import QueuedTask

# The answer's body says nothing that Cloud Tasks would keep; this much is read so that the target can finish.
BODY_MAX_BYTES = 64 * 1024
# What a retry's header says about an attempt that got no answer, as recorded from the service.
STATUS_OF_NO_RESPONSE = 504
# aiohttp would add these of its own accord.
NOT_AUTOMATIC = ("Content-Type", "Accept", "Accept-Encoding", "User-Agent")


def new_session() -> aiohttp.ClientSession:
    """A client that keeps nothing from one attempt to the next: no cookies, no idle connections."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=NOT_AUTOMATIC,
    )


async def deliver(
    session: aiohttp.ClientSession, queued: QueuedTask, mint_oidc: Callable[[str, str], str]
) -> Outcome:
    """Call the task's target once, without following redirects.

    Args:
        session: from `new_session`.
        queued: the task, this attempt already counted.
        mint_oidc: service account e-mail and audience → ID token.
    """
    request = queued.task.http_request
    deadline_s: float = queued.task.dispatch_deadline.total_seconds()
    try:
        async with (
            asyncio.timeout(deadline_s),
            session.request(
                tasks_v2.HttpMethod(request.http_method).name,
                URL(request.url),
                data=request.body or None,
                headers=headers_of(queued, mint_oidc),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None),
            ) as response,
        ):
            await response.content.read(BODY_MAX_BYTES)
            return Outcome(response.status, retry_after_s=_retry_after_s(response))
    except TimeoutError:
        return Outcome(NO_RESPONSE, f"no response within {deadline_s:g} s", timed_out=True)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Outcome(NO_RESPONSE, f"{type(error).__name__}: {error}")


def headers_of(queued: QueuedTask, mint_oidc: Callable[[str, str], str]) -> dict[str, str]:
    """The request's headers: the task's own, those of Cloud Tasks, and the ID token.

    The names and formats are those of the page "Create HTTP target tasks". On a retry the service sends
    the reason always empty.
    """
    request = queued.task.http_request
    headers = dict(request.headers)
    if "oidc_token" in request:
        token = request.oidc_token
        headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        bearer = mint_oidc(token.service_account_email, token.audience or request.url)
        headers["Authorization"] = f"Bearer {bearer}"
    headers |= {
        "X-CloudTasks-QueueName": names.last_part(queued.queue),
        "X-CloudTasks-TaskName": names.last_part(queued.name),
        "X-CloudTasks-TaskRetryCount": str(queued.dispatches - 1),
        "X-CloudTasks-TaskExecutionCount": str(queued.executions),
        "X-CloudTasks-TaskETA": f"{queued.due:.6f}",
    }
    if queued.last_status is not None:
        headers["X-CloudTasks-TaskPreviousResponse"] = str(queued.last_status or STATUS_OF_NO_RESPONSE)
        headers["X-CloudTasks-TaskRetryReason"] = ""
    return headers


def _retry_after_s(response: aiohttp.ClientResponse) -> float:
    asked = response.headers.get("Retry-After", "")
    return float(asked) if response.status in (429, 503) and asked.isascii() and asked.isdigit() else 0.0
