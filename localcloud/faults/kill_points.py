"""Kills instances at named points of their work, which it finds in their structured logs.

The functions know nothing of it: each logs its steps as JSON lines, and SIGKILL comes from outside just after
the line that announces the point.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.faults.plan import AFTER_CLAIM, AFTER_UPLOAD, BEFORE_ENQUEUE, BEFORE_HAND_OVER, MID_FFMPEG
from localcloud.run.processes import kill_family

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.faults.decisions import Faults
    from localcloud.run.spec import LogLine

BEGINS, ENDS = "claimed", ("enqueued", "stopped", "attempt_failed", "handed_over")
STORED, FINISHED = "stored", "finished"
# Point → the step whose line announces it, and the seconds from that line to the kill.
POINTS: dict[str, tuple[str, float]] = {
    AFTER_CLAIM: (BEGINS, 0.0),
    # ffmpeg starts right after the probe, and is at work a moment later.
    MID_FFMPEG: ("probed", 0.04),
    AFTER_UPLOAD: (STORED, 0.0),
    # The outcome is stored; notify is called next.
    BEFORE_ENQUEUE: (FINISHED, 0.0),
    # The task says that it waits in a queue, which has no call for it yet.
    BEFORE_HAND_OVER: ("queued", 0.0),
}


@dataclass
class ScheduledKill:
    """An attempt during which its instance is to die."""

    point: str

    def is_due_at(self, line: Mapping[str, Any]) -> bool:
        """Whether this line says that the point is reached."""
        return bool(line.get("step") == POINTS[self.point][0])


class Killer:
    """A log sink; hand it every line of every instance, on the event loop."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._scheduled: dict[int, ScheduledKill] = {}

    def __call__(self, line: LogLine) -> None:
        """Look at a line; lines that are not steps are ignored."""
        fields = _fields(line.text)
        step = fields.get("step")
        if _begins(fields) and (point := self._faults.kill_at(str(fields.get("object", "")))):
            self._scheduled[line.pid] = ScheduledKill(point)
        if step in ENDS:
            self._scheduled.pop(line.pid, None)
        scheduled = self._scheduled.get(line.pid)
        if scheduled and scheduled.is_due_at(fields):
            after_s = POINTS[scheduled.point][1]
            if after_s:
                asyncio.get_running_loop().call_later(after_s, self._kill, line.pid, scheduled)
            else:
                # Immediately: on a busy machine the next lines may have been written already.
                self._kill(line.pid, scheduled)

    def _kill(self, pid: int, scheduled: ScheduledKill) -> None:
        # The attempt may have ended, or its instance with it, since the kill was due.
        if self._scheduled.get(pid) is scheduled:
            del self._scheduled[pid]
            kill_family(pid)
            self._faults.killed(scheduled.point)


def _begins(fields: Mapping[str, Any]) -> bool:
    """Whether an instance begins to work: it claims, or leaves to a queue what it has not claimed."""
    step = fields.get("step")
    return step == BEGINS or (step == "queued" and "attempt" not in fields)


def _fields(text: str) -> Mapping[str, Any]:
    """A structured line's fields; none if it is another kind of line."""
    try:
        fields = json.loads(text) if text.startswith("{") else {}
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}
