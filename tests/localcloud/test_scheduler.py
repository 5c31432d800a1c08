"""Schedules are called at their intervals, as whom they say."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from localcloud.scheduler import Oidc, Schedule, Scheduler
from tests.localcloud.tasks.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.localcloud.tasks.target import Heard


@pytest.fixture
def target() -> Iterator[Target]:
    target = Target()
    yield target
    target.close()


def run(target: Target, calls: int, oidc: Oidc | None = None) -> list[Heard]:
    """The first calls of a job that runs every 0.1 s."""

    async def until_called() -> list[Heard]:
        schedule = Schedule("sweep", 0.1, f"{target.url}/sweep", oidc)
        job = asyncio.create_task(Scheduler([schedule], lambda email, to: f"{email}|{to}").run())
        heard = await asyncio.to_thread(target.wait_for, calls)
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
        return heard

    return asyncio.run(until_called())


def test_a_failing_job_is_called_again_each_time(target: Target) -> None:
    target.answer_with(500, 200)
    begun = time.time()

    heard = run(target, calls=3)

    assert [(each.method, each.path, each.headers["X-CloudScheduler"]) for each in heard] == [
        ("POST", "/sweep", "true")
    ] * 3
    assert heard[2].at >= begun + 0.29


def test_a_job_carries_its_service_accounts_token(target: Target) -> None:
    heard = run(target, calls=1, oidc=Oidc("sweeper@sonube", "https://notify"))

    assert heard[0].headers["Authorization"] == "Bearer sweeper@sonube|https://notify"
