"""Kills instances at named points of their work, which it reads off their structured logs.

The functions know nothing of it: each logs its steps as JSON lines, and SIGKILL comes from outside just
after the line. `mid_ffmpeg` follows the probe's line by a moment, since ffmpeg starts then.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.faults.plan import AFTER_CLAIM, AFTER_UPLOAD, BEFORE_ENQUEUE, MID_FFMPEG
from localcloud.run.processes import kill_family

if TYPE_CHECKING:
    from localcloud.faults.decisions import Faults
    from localcloud.run.spec import LogLine

BEGIN = "claimed"
# Point → the step whose line announces it, and the seconds from that line to the kill.
POINTS: dict[str, tuple[str, float]] = {
    AFTER_CLAIM: ("claimed", 0.0),
    MID_FFMPEG: ("probed", 0.15),
    AFTER_UPLOAD: ("stored", 0.0),
    # After the last output is stored, the outcome is written; a moment later notify would be told.
    BEFORE_ENQUEUE: ("stored", 0.004),
}
ENDS = ("enqueued", "stopped", "attempt_failed")


@dataclass(frozen=True)
class Sentence:
    """An instance is to die at a point of the attempt on this object."""

    point: str
    object: str


class Killer:
    """A log sink; hand it every line of every instance, on the event loop."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._sentenced: dict[int, Sentence] = {}

    def __call__(self, line: LogLine) -> None:
        """Look at a line; lines that are no step are none of its business."""
        step, name = _step(line.text)
        if step == BEGIN and (point := self._faults.kill_at(name)):
            self._sentenced[line.pid] = Sentence(point, name)
        sentence = self._sentenced.get(line.pid)
        if sentence is None:
            return
        if step in ENDS:
            del self._sentenced[line.pid]
            return
        announced_by, after_s = POINTS[sentence.point]
        if step == announced_by:
            asyncio.get_running_loop().call_later(after_s, self._execute, line.pid, sentence)

    def _execute(self, pid: int, sentence: Sentence) -> None:
        # The attempt may have ended, or its instance with it, since the kill was due.
        if self._sentenced.get(pid) == sentence:
            del self._sentenced[pid]
            kill_family(pid)
            self._faults.killed(sentence.point)


def _step(text: str) -> tuple[str, str]:
    """The step that a line tells of, and the object that is worked on; empty if it is no such line."""
    if not text.startswith("{"):
        return "", ""
    try:
        line = json.loads(text)
    except ValueError:
        return "", ""
    return str(line.get("step", "")), str(line.get("object", ""))
