"""A killed cloud goes on where it stopped: a real process, a real SIGKILL."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from google.api_core import exceptions

from tests.localcloud.tasks.service import QUEUE, Caller, Cloud, client_of
from tests.localcloud.tasks.target import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.localcloud.tasks.target import Target

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
    async with asyncio.timeout(60):
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
        self._process.communicate(timeout=10)
        self.client.transport.close()


@pytest.fixture
def killable(tmp_path: Path) -> Iterator[Killable]:
    killable = Killable(tmp_path)
    yield killable
    killable.kill()


def test_a_task_killed_in_mid_retry_keeps_its_count(
    killable: Killable, tmp_path: Path, target: Target
) -> None:
    killable.add_queue(retry_config={"min_backoff": {"seconds": 2}, "max_attempts": 3})
    target.answer_with(500, 500, 500)
    killable.add(target.url, "first")
    target.wait_for(1)
    killable.wait_answered("first")

    killable.kill()
    cloud = Cloud(tmp_path)
    try:
        assert cloud.task("first").dispatch_count == 1
        second = target.wait_for(2)[1]
        assert second.tasks_header("TaskRetryCount") == "1"
        assert second.tasks_header("TaskPreviousResponse") == "500"
        assert second.at - target.heard[0].at >= 1.9
        cloud.clock.ahead_s = 10
        cloud.wait_gone("first")
        assert len(target.heard) == 3
    finally:
        cloud.close()


def test_a_task_killed_while_the_target_works_is_sent_again(
    killable: Killable, tmp_path: Path, target: Target
) -> None:
    killable.add_queue()
    target.script = [Reply(after_s=0.5)]
    killable.add(target.url, "first")
    target.wait_for(1)

    killable.kill()
    cloud = Cloud(tmp_path)
    try:
        second = target.wait_for(2)[1]
        assert second.tasks_header("TaskRetryCount") == "1"
        cloud.wait_gone("first")
    finally:
        cloud.close()


def test_nothing_acknowledged_is_lost_when_killed_under_load(
    killable: Killable, tmp_path: Path, target: Target
) -> None:
    killable.add_queue()
    names = [f"t{number}" for number in range(100)]
    for name in names:
        killable.add(target.url, name)

    killable.kill()
    cloud = Cloud(tmp_path)
    try:
        target.wait_until(lambda: {heard.tasks_header("TaskName") for heard in target.heard} == set(names))
        for name in names:
            with pytest.raises(exceptions.AlreadyExists):
                cloud.add(target.url, name)
    finally:
        cloud.close()


def test_queues_and_their_state_survive(killable: Killable, tmp_path: Path) -> None:
    killable.add_queue()
    before = killable.client.pause_queue(name=QUEUE)

    killable.kill()
    cloud = Cloud(tmp_path)
    try:
        assert cloud.client.get_queue(name=QUEUE) == before
    finally:
        cloud.close()
