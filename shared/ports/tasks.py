"""Stored tasks: by id, by owner, and those in which nothing happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.states import State
    from shared.domain.task import Task


class Page(NamedTuple):
    """Some of a user's tasks, and where the next ones begin (None: there are none)."""

    tasks: tuple[Task, ...]
    next_token: str | None


class TaskQuery(NamedTuple):
    """Which of a user's tasks, in order of creation.

    Attributes:
        newest_first: the order.
        size: most tasks in a page.
        token: of an earlier page.
    """

    owner: str
    newest_first: bool = True
    size: int = 20
    state: State | None = None
    token: str | None = None


class TaskStore(Protocol):
    """Tasks, each with a revision that changes at every write."""

    def get(self, task_id: str) -> Task | None:
        """The task, or None."""
        ...

    def create(self, task: Task) -> Task:
        """Store a new task. Raises AlreadyExists."""
        ...

    def replace(self, task: Task) -> Task:
        """Store what the task has become. Raises RevisionChanged if it is not as it was read any more."""
        ...

    def delete(self, task_id: str) -> None:
        """Remove the task if it is there."""
        ...

    def page(self, query: TaskQuery) -> Page:
        """Some tasks of one owner. Raises InvalidField for a token that is not ours."""
        ...


class TaskSearch(Protocol):
    """Finds tasks in which nothing happens, and remembers how far a sweep got."""

    def find_idle(self, state: State, before: datetime, size: int, token: str | None) -> Page:
        """Tasks in this state that were last changed before that time, in that order."""
        ...

    def cursor(self, name: str) -> str | None:
        """How far the last sweep of that name got; None if it got to the end."""
        ...

    def save_cursor(self, name: str, place: str | None) -> None:
        """Remember it."""
        ...
