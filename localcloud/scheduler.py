"""Cloud Scheduler in small: calls addresses at fixed intervals, as a service account."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

# Cloud Scheduler's default attempt deadline for HTTP targets.
DEADLINE_S = 180.0


@dataclass(frozen=True)
class Oidc:
    """The account and the audience of a call's ID token."""

    service_account_email: str
    audience: str


@dataclass(frozen=True)
class Schedule:
    """A `POST` to `url` every `every_s` seconds, first after that time.

    Attributes:
        oidc: without it the call is anonymous.
        deadline_s: for one call.
    """

    name: str
    every_s: float
    url: str
    oidc: Oidc | None = None
    deadline_s: float = DEADLINE_S


class Scheduler:
    """Runs schedules.

    A job that is still under way is not started again; one that failed waits for its next turn.

    Args:
        schedules: all of them.
        mint_oidc: service account e-mail and audience → ID token.
    """

    def __init__(self, schedules: Sequence[Schedule], mint_oidc: Callable[[str, str], str]) -> None:
        self._schedules = {schedule.name: schedule for schedule in schedules}
        self._mint_oidc = mint_oidc

    async def run(self) -> None:
        """Call until cancelled."""
        async with asyncio.TaskGroup() as jobs:
            for schedule in self._schedules.values():
                jobs.create_task(self._repeat(schedule))

    async def call_now(self, name: str) -> int | None:
        """Call a job out of turn, as `gcloud scheduler jobs run` does.

        Returns:
            The status it answered with; None if it did not answer.

        Raises:
            KeyError: there is no such job.
        """
        return await self._call(self._schedules[name])

    async def _repeat(self, schedule: Schedule) -> None:
        loop = asyncio.get_running_loop()
        turn = loop.time()
        while True:
            turn = max(turn + schedule.every_s, loop.time())
            await asyncio.sleep(turn - loop.time())
            status = await self._call(schedule)
            if status is None or status >= 400:  # noqa: PLR2004  # HTTP's errors begin there
                log.warning("Job %s failed: %s", schedule.name, status or "no answer")

    async def _call(self, schedule: Schedule) -> int | None:
        headers = {
            "User-Agent": "Google-Cloud-Scheduler",
            "X-CloudScheduler": "true",
            "X-CloudScheduler-JobName": schedule.name,
            "X-CloudScheduler-ScheduleTime": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        if schedule.oidc:
            token = self._mint_oidc(schedule.oidc.service_account_email, schedule.oidc.audience)
            headers["Authorization"] = f"Bearer {token}"
        try:
            timeout = aiohttp.ClientTimeout(total=schedule.deadline_s)
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(schedule.url, headers=headers) as response,
            ):
                return response.status
        except (aiohttp.ClientError, OSError):
            return None
