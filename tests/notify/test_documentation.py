"""docs/webhooks.md is right: its receiver runs as written, its examples match the code."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shared.adapters.http.outbound import RESPONSE_BYTES
from shared.domain.notes.base import Note
from shared.domain.notes.outputs import CoverDropped
from shared.domain.states import State
from shared.domain.task import Failure
from shared.domain.webhook import LOG_ENTRIES, DeliveryState
from shared.runtime.config import Environment
from shared.webhooks.events import outcome_body
from tests.builders import a_task
from tests.fakes.links import FakeUrls
from tests.machine import machine
from tests.notify.outcomes import delivered, failed_task
from tests.users import User
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tools.throwaway import ThrowawayCloud

TEXT = (Path(__file__).resolve().parent.parent.parent / "docs" / "webhooks.md").read_text()
UNITS_S = {"s": 1, "min": 60, "h": 3600}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def other(cloud: ThrowawayCloud) -> User:
    return User(cloud.url).sign_up()


@pytest.fixture
def run_receiver(tmp_path: Path) -> Iterator[Callable[[int, str], None]]:
    """Runs the receiver of the page with a port and a secret; `log` is what it prints."""
    processes: list[subprocess.Popen[bytes]] = []
    program = tmp_path / "receiver.py"
    program.write_text(blocks("python")[0])

    def run(port: int, secret: str) -> None:
        environment = machine() | {"SONUBE_SECRET": secret, "PORT": str(port)}
        with (tmp_path / "log").open("wb") as log:
            argv = [sys.executable, str(program)]
            processes.append(subprocess.Popen(argv, env=environment, stdout=log, stderr=log))

        def listens() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        wait_until(listens, (tmp_path / "log").read_text, child=processes[-1])

    yield run
    for process in processes:
        process.kill()
        process.wait(HANG_S)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_the_receiver_has_fifteen_lines() -> None:
    assert len([line for line in blocks("python")[0].splitlines() if line]) <= 15


def test_the_receiver_runs_as_written_and_accepts_only_signed_events(
    other: User, run_receiver: Callable[[int, str], None], tmp_path: Path
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/sonube"
    secret = other.call("PUT", "/api/webhook", json={"url": url}).json()["secret"]
    run_receiver(port, secret)
    tried = other.call("POST", "/api/webhook/test").json()
    task = delivered(other, failed_task(other))
    other.call("PUT", "/api/webhook", json={"rotateSecret": True}).raise_for_status()
    other.call("PUT", "/api/webhook", json={"rotateSecret": True}).raise_for_status()
    unsigned = other.call("POST", "/api/webhook/test").json()

    assert (tried["status"], task["webhook"]["status"], unsigned["status"]) == (204, "delivered", 401)
    # It answers before it prints.
    wait_until(lambda: f"task.failed {{'id': '{task['id']}'" in (tmp_path / "log").read_text())
    assert "webhook.test" in (tmp_path / "log").read_text()


@pytest.mark.parametrize("number", [0, 1])
def test_the_examples_have_the_fields_of_real_events(number: int) -> None:
    failure = Failure("not_audio", "…", "…")
    notes = (Note.of(CoverDropped(1, "size"), 0),)
    task = (a_task(state=State.PROCESSED, notes=notes), a_task(state=State.FAILED, error=failure))[number]
    real = json.loads(outcome_body(task, lambda output: FakeUrls().download(output.object, "", "")))
    example = json.loads(blocks("json")[number])

    assert shape(example) == shape(real)
    assert example["type"] == real["type"]


def shape(value: Any) -> Any:
    """The names in a JSON value, in their order."""
    if isinstance(value, dict):
        return {name: shape(entry) for name, entry in value.items()}
    return [shape(entry) for entry in value] if isinstance(value, list) else ()


def test_the_schedule_is_the_default_of_the_setting() -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith("| wait |"))
    shown = [int(n) * UNITS_S[unit] for n, unit in re.findall(r"(\d+) (s|min|h) \|", row)]

    assert shown == list(Environment({}).seconds("WEBHOOK_RETRY_DELAYS_S"))
    assert 3 < sum(shown) / 86_400 < 3.5


def test_figures_and_states_match_the_code() -> None:
    assert f"none within {Environment({}).number('WEBHOOK_TIMEOUT_S')} s" in TEXT
    assert f"the last {LOG_ENTRIES} attempts" in TEXT
    assert f"first {RESPONSE_BYTES:,} bytes" in TEXT
    assert all(f"`{state}`" in TEXT for state in DeliveryState)
