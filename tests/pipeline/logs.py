"""What the functions log about one task, read while they may still be writing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tools.throwaway import ThrowawayCloud


def steps_of(cloud: ThrowawayCloud, task_id: str) -> list[dict[str, Any]]:
    """Return the lines about the task's steps; the last line of the log may be unfinished."""
    whole = cloud.log.read_text().rpartition("\n")[0].splitlines()
    lines = [json.loads(line) for line in whole if line.startswith("{") and task_id in line]
    return [line for line in lines if "step" in line]
