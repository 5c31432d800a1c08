"""A running Cloud Tasks service and the real client that speaks with it."""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.api_core import exceptions
from google.api_core.exceptions import NotFound
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from localcloud.database import Database
from localcloud.tasks.acceptance import DeadlineRule
from localcloud.tasks.service import TasksConfig, TasksService
from tests.localcloud.background import Background
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from localcloud.faults.dispatches import DispatchFaults

LOCATION = "projects/sonube-test/locations/europe-west1"
QUEUE = f"{LOCATION}/queues/notify"
# Fast enough for a test, slow enough to be distinguished.
FAST = {"min_backoff": {"nanos": 50_000_000}, "max_backoff": {"seconds": 1}, "max_attempts": 5}


class Clock:
    """The service's clock: real time, moved by `ahead_s`, until it is stopped and only `ahead_s` moves it."""

    ahead_s = 0.0
    _stopped_at: int | None = None

    def __call__(self) -> float:
        return (self._stopped_at or time.time()) + self.ahead_s

    def stop(self) -> None:
        # At a whole second: a schedule time is kept in microseconds, and one rounded up would never come.
        self._stopped_at = math.ceil(time.time())


def mint(email: str, audience: str) -> str:
    """A stand-in for a signed token that shows what it was asked for."""
    return f"token.for.{email}.at.{audience}"


def client_of(port: int) -> tasks_v2.CloudTasksClient:
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    return tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=channel))


def full_name(name: str) -> str:
    """A task's name; one without a queue is of `QUEUE`."""
    return name if "/" in name else f"{QUEUE}/tasks/{name}"


class Caller:
    """A caller of the API, through the real client."""

    client: tasks_v2.CloudTasksClient

    def add_queue(self, **fields: Any) -> tasks_v2.Queue:  # any of Queue's fields
        queue = tasks_v2.Queue({"name": QUEUE, "retry_config": FAST, **fields})
        return self.client.create_queue(parent=LOCATION, queue=queue, timeout=HANG_S)

    def add(self, url: str, name: str = "", **fields: Any) -> tasks_v2.Task:  # any of Task's
        http = fields.pop("http", {})
        task = tasks_v2.Task({"http_request": {"url": url, **http}, **fields})
        task.name = full_name(name) if name else ""
        parent = task.name.rpartition("/tasks/")[0] or QUEUE
        return self.client.create_task(parent=parent, task=task, timeout=HANG_S)

    def task(self, name: str, *, full: bool = False) -> tasks_v2.Task:
        view = tasks_v2.Task.View.FULL if full else tasks_v2.Task.View.BASIC
        request = {"name": full_name(name), "response_view": view}
        return self.client.get_task(request=request, timeout=HANG_S)

    def wait_answered(self, name: str, attempts: int = 1) -> tasks_v2.Task:
        """The task, once so many attempts have ended."""

        def answered() -> tasks_v2.Task | None:
            task = self.task(name)
            is_answered = task.dispatch_count >= attempts and task.last_attempt.response_time
            return task if is_answered else None

        return wait_until(answered)

    def wait_gone(self, name: str) -> None:
        """Return once the task is done or given up."""

        def is_gone() -> bool:
            try:
                self.task(name)
            except NotFound:
                return True
            return False

        wait_until(is_gone)


class Cloud(Caller):
    """Cloud Tasks over the database in `folder`, from construction to `close`."""

    def __init__(self, folder: Path, faults: DispatchFaults | None = None) -> None:
        self.clock = Clock()
        self._background = Background()
        self._database = Database(folder / "cloud.db")
        self._background.run(self._start(faults))
        self.client = client_of(self._port)

    async def _start(self, faults: DispatchFaults | None) -> None:
        config = TasksConfig(deadline=DeadlineRule(min_s=0.2))
        service = TasksService(self._database, mint, config=config, faults=faults, now=self.clock)
        self._server = grpc.aio.server()
        service.register(self._server)
        self._port = self._server.add_insecure_port("127.0.0.1:0")
        await self._server.start()
        self._running = asyncio.create_task(service.run())

    async def _stop(self) -> None:
        self._running.cancel()
        with suppress(asyncio.CancelledError):
            await self._running
        await self._server.stop(None)

    def close(self) -> None:
        self.client.transport.close()
        self._background.run(self._stop())
        self._background.close()
        self._database.close()


def refusal_of(work: Callable[[], object]) -> str:
    """The error of a refused call: the code's name and its sentence."""
    with pytest.raises(exceptions.GoogleAPICallError) as refused:
        work()
    assert isinstance(refused.value.grpc_status_code, grpc.StatusCode)
    return f"{refused.value.grpc_status_code.name}: {refused.value.message}"
