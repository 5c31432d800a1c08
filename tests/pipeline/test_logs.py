"""What an operator reads of one task: a line for each step, by all three functions, with task and trace."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.users import User
    from tools.throwaway import ThrowawayCloud

FIELD = "logging.googleapis.com/trace"
TRACE = re.compile(r"projects/[^/]+/traces/[0-9a-f]{32}")
CONVERTS = ["claimed", "downloaded", "probed", "transcoded", "verified", "stored", "finished", "enqueued"]


def lines_of(cloud: ThrowawayCloud, task_id: str) -> list[dict[str, Any]]:
    lines = [line for line in cloud.log.read_text().splitlines() if line.startswith("{") and task_id in line]
    return [json.loads(line) for line in lines]


def all_lines_of(cloud: ThrowawayCloud, task_id: str) -> list[dict[str, Any]]:
    """Once convert and notify have had their say: what they did can be seen before they log it."""
    deadline = time.monotonic() + 30
    while True:
        lines = [line for line in lines_of(cloud, task_id) if "step" in line]
        functions = {line["function"] for line in lines}
        if "notify" in functions and any(line["step"] == CONVERTS[-1] for line in lines):
            return lines
        assert time.monotonic() < deadline, functions
        time.sleep(0.05)


def test_the_log_tells_what_became_of_a_task(
    cloud: ThrowawayCloud, user: User, audio: Callable[..., Path]
) -> None:
    task = user.convert("song.wav", "mp3", audio("wav").read_bytes())
    lines = all_lines_of(cloud, task["id"])
    converts = [line for line in lines if line["function"] == "convert" and line["step"] != "ignored"]

    assert {line["function"] for line in lines} == {"api", "convert", "notify"}
    assert list(dict.fromkeys(line["step"] for line in converts)) == CONVERTS
    assert {line["taskId"] for line in converts} == {task["id"]}
    # Locally nothing stands in front of api that would give its requests a trace.
    assert all("requestId" in line for line in lines if line["function"] == "api")
    assert all(TRACE.fullmatch(line[FIELD]) for line in lines if line["function"] != "api")
    assert len({line[FIELD] for line in converts}) == 1
