"""What happens when instances die, hang, do not start, or localcloud itself is killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localcloud.run.instance import StartFailed
from localcloud.run.messages import BROKEN, NO_INSTANCE
from tests.localcloud.run.service import APP, is_alive
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.localcloud.run.service import Running

# A localcloud in small that starts one instance and tells its pid, and that of a child in its own session.
LOCALCLOUD = f"""
import asyncio, sys
from pathlib import Path
from localcloud.run.reaper import Reaper
from localcloud.run.service import Service
from localcloud.run.spec import ServiceSpec

async def main():
    spec = ServiceSpec(name="echo", argv=(sys.executable, {APP!r}, "{{port}}"), cwd=Path("."), env={{}})
    service = Service(spec, lambda line: None, Reaper("sonube-test-"))
    await service.start()
    answer = await service.request("GET", "/child", {{}})
    print(answer.headers["X-Pid"], answer.body.decode(), flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def test_an_instance_that_dies_while_it_serves_is_a_503(serve: Callable[..., Running]) -> None:
    running = serve()

    answer = running.get("/die")

    assert (answer.status, answer.body.decode()) == (503, BROKEN)


def test_the_request_after_a_death_is_served_by_a_new_instance(serve: Callable[..., Running]) -> None:
    running = serve()

    answers = running.get_together("/die", "/")

    assert [answer.status for answer in answers] == [503, 200]


def test_a_killed_instance_is_replaced(serve: Callable[..., Running]) -> None:
    running = serve(min_instances=1)
    pid = running.pid()

    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: [each.pid for each in running.instances if each.state == "ready"] not in ([], [pid]))

    assert running.get("/").status == 200


def test_on_a_fixed_port_too(serve: Callable[..., Running]) -> None:
    running = serve(min_instances=1)
    port, pid = running.instances[0].port, running.pid()
    running.stop()
    fixed = serve(min_instances=1, port=port)

    os.kill(fixed.pid(), signal.SIGKILL)
    wait_until(lambda: any(each.state == "ready" and each.pid != pid for each in fixed.instances))

    assert fixed.instances[0].port == port


def test_at_the_deadline_the_caller_gets_504_and_the_instance_works_on(
    serve: Callable[..., Running], tmp_path: Path
) -> None:
    for timeout_s in (0.5, 5, 50):  # on a busy machine the instance may hear of the request later
        running = serve(request_timeout_s=timeout_s, min_instances=1)
        pid = running.instances[0].pid
        answer = running.get(f"/until{tmp_path}/go")
        if (tmp_path / "go.asked").exists():
            break
    (tmp_path / "go").touch()
    wait_until(lambda: any(line.text == "waited" for line in running.lines))

    assert answer.status == 504
    assert [each.pid for each in running.instances] == [pid]


def test_a_request_that_gets_no_instance_in_time_gets_429(
    serve: Callable[..., Running], tmp_path: Path
) -> None:
    running = serve(min_instances=1)
    with running.busy(tmp_path):
        # For this request only: when an earlier one reaches its own deadline, the next gets its instance.
        running.service.spec = replace(running.service.spec, request_timeout_s=0.2)
        answer = running.get("/")

    assert (answer.status, answer.body.decode()) == (429, NO_INSTANCE)


def test_an_instance_that_does_not_start_says_why(serve: Callable[..., Running]) -> None:
    argv = (sys.executable, "-c", "raise SystemExit('no such setting: BUCKET')")

    with pytest.raises(
        StartFailed, match=r"echo: an instance ended before it answered\.\n  no such setting: BUCKET"
    ):
        serve(argv=argv, min_instances=1)


def test_a_missing_program_is_reported(serve: Callable[..., Running]) -> None:
    with pytest.raises(StartFailed, match="No such file"):
        serve(argv=("/nowhere/functions-framework",), min_instances=1)


def test_an_instance_that_never_listens_is_ended(serve: Callable[..., Running]) -> None:
    running = serve(argv=(sys.executable, "-c", "import time; time.sleep(600)"), startup_s=0.3)

    answer = running.get("/")

    assert answer.status == 503
    assert "did not answer within 0.3 s" in answer.body.decode()


def test_stopping_ends_the_instance_and_its_children_in_other_sessions(serve: Callable[..., Running]) -> None:
    running = serve(grace_s=0.5)
    answer = running.get("/child")
    family = [int(answer.headers["X-Pid"]), int(answer.body)]

    running.stop()

    assert [is_alive(pid) for pid in family] == [False, False]


def test_an_instance_that_ignores_term_is_killed_after_the_grace_period(
    serve: Callable[..., Running],
) -> None:
    for grace_s in (0.5, 5, 50):  # on a busy machine it may hear of TERM later
        running = serve("--stubborn", grace_s=grace_s)
        pid = running.pid()
        running.stop()
        if running.lines:
            break

    assert [line.text for line in running.lines] == ["asked to end"]
    assert not is_alive(pid)


def started_by(pid: int, program: str) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if program in Path(f"/proc/{child}/cmdline").read_text()]


def ignores_term_and_hup(pid: int) -> bool:
    ignored = re.search(r"SigIgn:\s+(\w+)", Path(f"/proc/{pid}/status").read_text())
    return ignored is not None and all(
        int(ignored[1], 16) >> (number - 1) & 1 for number in (signal.SIGTERM, signal.SIGHUP)
    )


def test_nothing_survives_the_kill_of_localcloud() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LOCALCLOUD], stdout=subprocess.PIPE, text=True
    ) as localcloud:
        assert localcloud.stdout
        family = [int(pid) for pid in localcloud.stdout.readline().split()]
        assert all(is_alive(pid) for pid in family)
        # As a shutdown does, which asks all processes to end.
        (reaper,) = started_by(localcloud.pid, "reaper.py")
        wait_until(lambda: ignores_term_and_hup(reaper))
        for number in (signal.SIGTERM, signal.SIGHUP):
            os.kill(reaper, number)

        localcloud.kill()
        wait_until(lambda: not any(is_alive(pid) for pid in family))

    assert len(family) == 2
