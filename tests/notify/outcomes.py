"""Tasks with outcomes to deliver, as their owner sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.users import User

NO_AUDIO = b"This is not audio at all.\n" * 40


def failed_task(user: User, **fields: Any) -> str:
    """The id of a task that fails as quickly as possible, since its file is text."""
    task = user.create("notes.mp3", "wav", **fields)
    user.upload(task, NO_AUDIO).raise_for_status()
    return str(task["id"])


def delivered(user: User, task_id: str) -> dict[str, Any]:
    """The task once its delivery has ended, with or without success."""

    def settled() -> dict[str, Any] | None:
        task = user.wait(task_id)
        return task if task["webhook"]["status"] != "pending" else None

    return wait_until(settled, lambda: f"the webhook of {task_id} is pending")
