"""The text of a task in a list, stored with the task: a list is then joined from finished texts."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING

from shared.domain.presentation.specimen import specimen
from shared.domain.presentation.task import present_task

if TYPE_CHECKING:
    from shared.domain.task import Task

# Fields of the source that a list leaves out: they may be a hundred times as long as the rest.
_ONLY_IN_TASK = frozenset({"tags", "tracks"})


def listed_text(task: Task) -> str:
    """A JSON object: the task without tags and tracks."""
    shown = present_task(task)
    shown["source"] = {name: value for name, value in shown["source"].items() if name not in _ONLY_IN_TASK}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


@cache
def text_version() -> str:
    """Identifies how texts are made: a stored text with another one must not be shown."""
    return hashlib.sha256(listed_text(specimen()).encode()).hexdigest()[:12]
