"""A killed cloud continues where it stopped: a real process, a real SIGKILL."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from google.api_core import exceptions

from tests.localcloud.tasks.service import LOCATION, Caller, Cloud, client_of
from tests.localcloud.tasks.target import Reply, Target
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from google.cloud import tasks_v2

    from tests.localcloud.tasks.target import Heard

PROCESS = """
import asyncio, sys, grpc
from localcloud.database import Database
from localcloud.tasks.service import TasksService

async def main():
    service = TasksService(Database(sys.argv[1]), lambda email, audience: "token")
    server = grpc.aio.server()
    service.register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    async with asyncio.timeout(600):
        await service.run()

asyncio.run(main())
"""


class Killable(Caller):
    """Cloud Tasks in a process of its own."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", PROCESS, str(folder / "cloud.db")]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.client = client_of(int(self._process.stdout.readline()))

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=HANG_S)
        self.client.transport.close()


LOAD = [f"t{number}" for number in range(60)]
SLOW, FAILING, PAUSED = (f"{LOCATION}/queues/{name}" for name in ("slow", "failing", "paused"))


@dataclass
class Killed:
    """A cloud that came back after a kill in the middle of all kinds of work, and what was known before."""

    cloud: Cloud
    paused: tasks_v2.Queue
    failing: tasks_v2.Task


@pytest.fixture(scope="module")
def busy() -> Iterator[Target]:
    target = Target()
    yield target
    target.close()


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory, busy: Target) -> Iterator[Killed]:
    folder = tmp_path_factory.mktemp("killed")
    before = Killable(folder)
    before.add_queue(name=FAILING, retry_config={"min_backoff": {"seconds": 600}, "max_attempts": 3})
    before.add_queue(name=SLOW)
    before.add_queue(name=PAUSED)
    paused = before.client.pause_queue(name=PAUSED)
    busy.script = [Reply(500)]
    before.add(f"{busy.url}/failing", f"{FAILING}/tasks/failing")
    failing = before.wait_answered(f"{FAILING}/tasks/failing")
    busy.script = [Reply(held=True)]
    before.add(f"{busy.url}/slow", f"{SLOW}/tasks/slow")
    busy.wait_for(2)
    before.add_queue()
    for name in LOAD:
        before.add(busy.url, name)
    before.kill()
    cloud = Cloud(folder)
    yield Killed(cloud, paused, failing)
    cloud.close()


def heard(busy: Target, name: str) -> list[Heard]:
    return [each for each in busy.heard if each.tasks_header("TaskName") == name]


def test_queues_and_their_state_survive(killed: Killed) -> None:
    assert killed.cloud.client.get_queue(name=PAUSED) == killed.paused


def test_nothing_acknowledged_is_lost_when_killed_under_load(killed: Killed, busy: Target) -> None:
    busy.wait_until(lambda: {each.tasks_header("TaskName") for each in busy.heard} >= set(LOAD))

    for name in LOAD[::10]:
        with pytest.raises(exceptions.AlreadyExists):
            killed.cloud.add(busy.url, name)


def test_a_task_killed_while_the_target_works_is_sent_again(killed: Killed, busy: Target) -> None:
    busy.wait_until(lambda: len(heard(busy, "slow")) == 2)

    assert heard(busy, "slow")[1].tasks_header("TaskRetryCount") == "1"
    killed.cloud.wait_gone(f"{SLOW}/tasks/slow")


def test_a_task_killed_in_mid_retry_keeps_its_count_and_its_time(killed: Killed, busy: Target) -> None:
    after = killed.cloud.task(f"{FAILING}/tasks/failing")
    waited = len(heard(busy, "failing"))
    killed.cloud.clock.ahead_s = 601
    busy.wait_until(lambda: len(heard(busy, "failing")) == 2)
    second = heard(busy, "failing")[1]

    assert (after.dispatch_count, after.schedule_time) == (1, killed.failing.schedule_time)
    assert waited == 1
    assert (second.tasks_header("TaskRetryCount"), second.tasks_header("TaskPreviousResponse")) == (
        "1",
        "500",
    )
    killed.cloud.wait_gone(f"{FAILING}/tasks/failing")
