"""What an operator reads of one task: a line for each step, by all three functions, with task and trace."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from functions.convert.instance import describe_instance
from tests.pipeline.logs import steps_of
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from tests.users import User
    from tools.throwaway import ThrowawayCloud

FIELD = "logging.googleapis.com/trace"
TRACE = re.compile(r"projects/[^/]+/traces/[0-9a-f]{32}")
CONVERTS = ["claimed", "downloaded", "probed", "transcoded", "verified", "stored", "finished", "enqueued"]


def all_steps_of(cloud: ThrowawayCloud, task_id: str) -> list[dict[str, Any]]:
    """Once convert and notify have had their say: what they did can be seen before they log it."""

    def all_steps() -> list[dict[str, Any]] | None:
        lines = steps_of(cloud, task_id)
        is_over = any(line["step"] == CONVERTS[-1] for line in lines)
        return lines if is_over and "notify" in {line["function"] for line in lines} else None

    return wait_until(all_steps, lambda: steps_of(cloud, task_id))


def test_the_log_shows_what_became_of_a_task(
    cloud: ThrowawayCloud, user: User, audio: Callable[..., Path]
) -> None:
    task = user.convert("song.wav", "mp3", audio("wav").read_bytes())
    lines = all_steps_of(cloud, task["id"])
    converts = [line for line in lines if line["function"] == "convert" and line["step"] != "ignored"]

    assert {line["function"] for line in lines} == {"api", "convert", "notify"}
    assert list(dict.fromkeys(line["step"] for line in converts)) == CONVERTS
    assert {line["taskId"] for line in converts} == {task["id"]}
    # Locally nothing stands in front of api that would give its requests a trace.
    assert all("requestId" in line for line in lines if line["function"] == "api")
    assert all(TRACE.fullmatch(line[FIELD]) for line in lines if line["function"] != "api")
    assert len({line[FIELD] for line in converts}) == 1


def test_each_instance_logs_once_what_it_runs_on(
    cloud: ThrowawayCloud, user: User, audio: Callable[..., Path], tools: Tools
) -> None:
    user.convert("song.wav", "mp3", audio("wav").read_bytes())
    lines = cloud.log.read_text().splitlines()
    logged = next(line for line in map(json.loads, filter(_is_json, lines)) if line.get("step") == "instance")

    assert logged["function"] == "convert"
    assert describe_instance(tools).items() <= logged.items()
    assert {"ffmpeg", "build", "sparseFiles", "kernel"} <= logged.keys()


def _is_json(line: str) -> bool:
    return line.startswith("{") and line.endswith("}")
