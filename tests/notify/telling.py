"""What a user sees of the webhooks of their tasks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.users import User

NO_AUDIO = b"This is not audio at all.\n" * 40


def failed_task(user: User, **fields: Any) -> str:
    """A task that comes to its end as quickly as any can: FAILED, since its file is a text. Its id."""
    task = user.create("notes.mp3", "wav", **fields)
    user.upload(task, NO_AUDIO).raise_for_status()
    return str(task["id"])


def told(user: User, task_id: str, timeout_s: float = 60) -> dict[str, Any]:
    """The task once its outcome is told, or will not be told any more."""
    task = user.wait(task_id, timeout_s)
    deadline = time.monotonic() + timeout_s
    while task["webhook"]["status"] == "pending":
        assert time.monotonic() < deadline, task["webhook"]
        time.sleep(0.05)
        task = user.call("GET", f"/api/tasks/{task_id}").json()
    return task
