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
    """Whose ID token a call carries, and for whom."""

    service_account_email: str
    audience: str


@dataclass(frozen=True)
class Schedule:
    """A `POST` to `url` every `every_s` seconds, first after that time; without `oidc` it is anonymous."""

    name: str
    every_s: float
    url: str
    oidc: Oidc | None = None


class Scheduler:
    """Runs schedules.

    A job that is still under way is not started again; one that failed waits for its next turn.

    Args:
        schedules: all of them.
        mint_oidc: service account e-mail and audience → ID token.
    """

    def __init__(self, schedules: Sequence[Schedule], mint_oidc: Callable[[str, str], str]) -> None:
        self._schedules = schedules
        self._mint_oidc = mint_oidc

    async def run(self) -> None:
        """Call until cancelled."""
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as jobs:
            for schedule in self._schedules:
                jobs.create_task(self._repeat(session, schedule))

    async def _repeat(self, session: aiohttp.ClientSession, schedule: Schedule) -> None:
        loop = asyncio.get_running_loop()
        turn = loop.time()
        while True:
            turn = max(turn + schedule.every_s, loop.time())
            await asyncio.sleep(turn - loop.time())
            status = await self._call(session, schedule)
            if status is None or status >= 400:  # noqa: PLR2004  # HTTP's errors begin there
                log.warning("Job %s failed: %s", schedule.name, status or "no answer")

    async def _call(self, session: aiohttp.ClientSession, schedule: Schedule) -> int | None:
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
            timeout = aiohttp.ClientTimeout(total=DEADLINE_S)
            async with session.post(schedule.url, headers=headers, timeout=timeout) as response:
                return response.status
        except (aiohttp.ClientError, OSError):
            return None
