"""A user's own tasks. To its callers a task of another user does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import NotFound
from shared.domain.files import Output
from shared.domain.names import TASK_ID, output_objects

if TYPE_CHECKING:
    from shared.domain.task import Task
    from shared.ports.accounts import Caller
    from shared.ports.tasks import Listing, TaskQuery, TaskStore

    from ..inputs.new_task import RequestedOutput


@dataclass(frozen=True, slots=True)
class UserTasks:
    """Reads and lists tasks."""

    tasks: TaskStore

    def get(self, caller: Caller, task_id: str) -> Task:
        """The caller's task.

        Raises:
            NotFound: there is no such task, or it belongs to another user.
        """
        check_task_id(task_id)
        task = self.tasks.get(task_id)
        if task is None:
            raise NotFound
        check_owner(caller, task)
        return task

    def list(self, query: TaskQuery) -> Listing:
        """One page of the caller's tasks, as JSON texts."""
        return self.tasks.listed(query)


def check_task_id(task_id: str) -> None:
    """Raise NotFound if no task can have this id."""
    if not TASK_ID.fullmatch(task_id):
        raise NotFound


def check_owner(caller: Caller, task: Task) -> None:
    """Raise NotFound if the task belongs to another user: the caller must not learn that it exists."""
    if task.owner != caller.uid:
        raise NotFound


def planned_outputs(
    task_id: str, filename: str, requested: tuple[RequestedOutput, ...]
) -> tuple[Output, ...]:
    """The outputs of a task, each with the name of its object."""
    names = output_objects(task_id, filename, [output.form for output in requested])
    pairs = zip(requested, names, strict=True)
    return tuple(Output(output.form.name, name, output.options) for output, name in pairs)
