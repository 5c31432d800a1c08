"""Stored tasks: by id, by owner, and idle ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.states import State
    from shared.domain.task import Task
    from shared.ports.ledger import Totals


class Page(NamedTuple):
    """Some tasks, and the token of the next page (None: there is none)."""

    tasks: tuple[Task, ...]
    next_token: str | None


class Listing(NamedTuple):
    """The texts of some tasks, as `listed_text` makes them, and the token of the next page."""

    texts: tuple[str, ...]
    next_token: str | None


class TaskQuery(NamedTuple):
    """A page of one user's tasks, in order of creation.

    Attributes:
        newest_first: the order.
        size: maximum number of tasks in the page.
        token: `next_token` of the previous page.
    """

    owner: str
    newest_first: bool = True
    size: int = 20
    state: State | None = None
    token: str | None = None


class TaskStore(Protocol):
    """Tasks, each with a revision that changes with every write."""

    def get(self, task_id: str) -> Task | None:
        """The task, or None."""
        ...

    def create(self, task: Task) -> Task:
        """Store a new task. Raises AlreadyExists."""
        ...

    def replace(self, task: Task) -> Task:
        """Store the changed task; book its charges. Raises RevisionChanged if another writer was first."""
        ...

    def book(self, task: Task) -> tuple[Task, Totals]:
        """As `replace`; also what the ledgers hold that were changed."""
        ...

    def delete(self, task_id: str) -> None:
        """Delete the task if it exists; it has cost nothing yet."""
        ...

    def remove(self, task: Task) -> None:
        """Delete the task if it exists, and book its charges. Raises RevisionChanged as `replace`."""
        ...

    def page(self, query: TaskQuery) -> Page:
        """One page of tasks, to be shown and not stored: without tags, chapters and tracks.

        Raises:
            InvalidField: the token is invalid.
        """
        ...

    def listed(self, query: TaskQuery) -> Listing:
        """The same page, ready to be sent. Raises as `page`."""
        ...


class TaskSearch(Protocol):
    """Finds idle tasks, and stores the cursors of sweeps."""

    def find_idle(self, state: State, before: datetime, size: int, token: str | None) -> Page:
        """Tasks in this state that last changed before that time, in the order of their last change."""
        ...

    def cursor(self, name: str) -> str | None:
        """Where the last sweep of that name stopped; None if it reached the end."""
        ...

    def save_cursor(self, name: str, cursor: str | None) -> None:
        """Store the cursor; None if the sweep reached the end."""
        ...
