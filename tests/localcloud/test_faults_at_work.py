"""Faults reach requests, gRPC calls and instances, and are changed while everything runs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import grpc
import pytest
from aiohttp import web
from google.api_core.exceptions import ServiceUnavailable
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from localcloud.database import Database
from localcloud.faults.control import control_app
from localcloud.faults.decisions import Faults
from localcloud.faults.kill_points import POINTS as KILLED_AFTER
from localcloud.faults.kill_points import Killer
from localcloud.faults.plan import POINTS, FaultPlan
from localcloud.faults.requests import RefusingInterceptor, refusing
from localcloud.run.spec import LogLine
from localcloud.tasks.service import TasksService
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from pathlib import Path

LOCATION = "projects/sonube-test/locations/europe-west1"


def faults(plan: str) -> Faults:
    return Faults(FaultPlan.parse(plan))


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the application on a real port."""
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession(address, timeout=aiohttp.ClientTimeout(total=HANG_S)) as client:
        try:
            yield client
        finally:
            await runner.cleanup()


async def hello(_: web.Request) -> web.Response:
    return web.Response(text="hello")


def app_with(source: Faults) -> web.Application:
    app = web.Application(middlewares=[refusing(source, "storage", exempt=("/control/",))])
    app.router.add_get("/{path:.*}", hello)
    return app


def test_a_service_is_unavailable_as_planned_but_never_its_control_paths() -> None:
    async def statuses() -> list[int]:
        async with serving(app_with(faults("unavailable=1"))) as client:
            return [(await client.get(path)).status for path in ("/b/o", "/control/faults")]

    assert asyncio.run(statuses()) == [503, 200]


def test_a_dropped_connection_has_no_answer() -> None:
    async def get() -> None:
        async with serving(app_with(faults("drop=1"))) as client:
            await client.get("/b/o")

    with pytest.raises(aiohttp.ClientConnectionError):
        asyncio.run(get())


def create_queue_under(plan: str, directory: Path) -> tuple[str, list[str]]:
    """What a real client's CreateQueue ends with, and the queues that are there then."""

    async def scenario() -> tuple[str, list[str]]:
        source = faults(plan)
        server = grpc.aio.server(interceptors=[RefusingInterceptor(source)])
        port = server.add_insecure_port("127.0.0.1:0")
        database = Database(directory / "cloud.db")
        TasksService(database, lambda *_: "").register(server)
        await server.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            client = tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=channel))
            outcome = await asyncio.to_thread(create, client)
            source.plan = FaultPlan()
            names = await asyncio.to_thread(
                lambda: [q.name for q in client.list_queues(parent=LOCATION, timeout=HANG_S)]
            )
        await server.stop(None)
        database.close()
        return outcome, names

    def create(client: tasks_v2.CloudTasksClient) -> str:
        queue = tasks_v2.Queue(name=f"{LOCATION}/queues/q")
        try:
            return str(client.create_queue(parent=LOCATION, queue=queue, retry=None, timeout=HANG_S).name)
        except ServiceUnavailable as error:
            return str(error.message)

    return asyncio.run(scenario())


def test_an_unavailable_grpc_call_did_nothing(tmp_path: Path) -> None:
    assert create_queue_under("unavailable=1", tmp_path) == ("localcloud injected: unavailable", [])


def test_a_dropped_grpc_call_was_made_and_its_answer_lost(tmp_path: Path) -> None:
    outcome, queues = create_queue_under("drop=1", tmp_path)

    assert (outcome, queues) == ("localcloud injected: drop", [f"{LOCATION}/queues/q"])


def test_without_faults_a_grpc_call_passes(tmp_path: Path) -> None:
    assert create_queue_under("", tmp_path)[0] == f"{LOCATION}/queues/q"


def step(pid: int, name: str) -> LogLine:
    line = {"step": name, "object": "aTask/song.wav", "severity": "INFO"}
    return LogLine("convert", pid, json.dumps(line))


def killed_by(plan: str, *steps: str) -> tuple[bool, dict[str, int]]:
    """Whether an instance that logs these steps is killed, and what was counted."""
    argv = [sys.executable, "-c", "input()"]
    instance = subprocess.Popen(argv, stdin=subprocess.PIPE, start_new_session=True)

    async def scenario() -> dict[str, int]:
        source, loop = faults(plan), asyncio.get_running_loop()
        killer = Killer(source)
        killer(LogLine("convert", instance.pid, "no JSON"))
        for name in steps:
            killer(step(instance.pid, name))
        # A timer that was set after the killer's, and for as long, goes off after it.
        over = loop.create_future()
        loop.call_later(max(after_s for _, after_s in KILLED_AFTER.values()), over.set_result, None)
        await over
        return dict(source.report())

    try:
        report = asyncio.run(scenario())
    finally:
        instance.communicate(b"\n")
    return instance.returncode == -signal.SIGKILL, report


@pytest.mark.parametrize(
    ("point", "announced_by"),
    list(zip(POINTS, ("claimed", "probed", "stored", "finished", "queued"), strict=True)),
)
def test_an_instance_is_killed_at_its_point(point: str, announced_by: str) -> None:
    plan = f"kill=1,kill_at={point}"

    before = killed_by(plan, *["claimed", "downloaded"][: announced_by != "claimed"])
    after = killed_by(plan, *dict.fromkeys(["claimed", announced_by]))

    assert before == (False, {})
    assert after == (True, {f"killed {point}": 1})


def test_an_attempt_that_has_ended_is_not_killed_any_more() -> None:
    assert killed_by("kill=1,kill_at=mid_ffmpeg", "claimed", "probed", "enqueued") == (False, {})


def test_an_instance_is_killed_before_it_hands_over_what_it_has_not_claimed() -> None:
    plan = "kill=1,kill_at=before_hand_over"

    assert killed_by(plan, "queued") == (True, {"killed before_hand_over": 1})


def test_no_instance_is_killed_without_a_plan() -> None:
    assert killed_by("", "claimed", "probed", "stored", "enqueued") == (False, {})


async def call_job(name: str) -> int | None:
    """Jobs as a scheduler has them: one, and it answers 200."""
    return {"sweep": 200}[name]


def with_control(work: Callable[[aiohttp.ClientSession], Coroutine[None, None, Any]], source: Faults) -> Any:
    async def scenario() -> Any:
        async with serving(control_app(source, lambda: {"pid": os.getpid()}, call_job, list)) as client:
            return await work(client)

    return asyncio.run(scenario())


def test_the_plan_changes_while_everything_runs() -> None:
    source = faults("")

    async def change(client: aiohttp.ClientSession) -> Any:
        await (await client.put("/faults", data="seed=2,drop=1")).json()
        source.refusal("storage", "k")
        return await (await client.get("/faults")).json()

    assert with_control(change, source) == {"plan": "seed=2,drop=1", "injected": {"dropped storage": 1}}


def test_a_wrong_plan_is_refused_and_the_old_one_stays() -> None:
    source = faults("seed=2,drop=1")

    async def change(client: aiohttp.ClientSession) -> Any:
        response = await client.put("/faults", data="drop=3")
        return response.status, await response.json()

    assert with_control(change, source) == (400, {"error": "drop=3 is not a rate from 0 to 1."})
    assert str(source.plan) == "seed=2,drop=1"


def test_the_status_shows_the_cloud_and_its_faults() -> None:
    async def status(client: aiohttp.ClientSession) -> Any:
        return await (await client.get("/status")).json()

    shown = with_control(status, faults("seed=2"))

    assert shown == {"pid": os.getpid(), "faults": {"plan": "seed=2", "injected": {}}}


def test_a_job_is_called_out_of_turn_if_there_is_such_a_job() -> None:
    async def call(client: aiohttp.ClientSession) -> Any:
        called = await (await client.post("/jobs/sweep/run")).json()
        return called, (await client.post("/jobs/other/run")).status

    assert with_control(call, faults("")) == ({"job": "sweep", "status": 200}, 404)
