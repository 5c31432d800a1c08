"""Tasks in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shared.domain.errors import AlreadyExists, RevisionChanged
from shared.domain.presentation.listed import listed_text
from shared.ports.tasks import Listing, Page, TaskQuery
from tests.fakes.ledger import FakeLedger

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.states import State
    from shared.domain.task import Task
    from shared.ports.ledger import Totals


@dataclass
class FakeTasks:
    """`TaskStore` in a dictionary, with a new revision for each write."""

    stored: dict[str, Task] = field(default_factory=dict)
    writes: int = 0
    ledger: FakeLedger = field(default_factory=FakeLedger)
    removed: list[Task] = field(default_factory=list)

    def get(self, task_id: str) -> Task | None:
        return self.stored.get(task_id)

    def create(self, task: Task) -> Task:
        if task.id in self.stored:
            raise AlreadyExists
        return self._write(task)

    def replace(self, task: Task) -> Task:
        return self.book(task)[0]

    def book(self, task: Task) -> tuple[Task, Totals]:
        known = self.stored.get(task.id)
        if known is None or known.revision != task.revision:
            raise RevisionChanged
        totals = self.ledger.book(task)
        return self._write(replace(task, booked=task.charges)), totals

    def remove(self, task: Task) -> None:
        known = self.stored.get(task.id)
        if known is not None and known.revision != task.revision:
            raise RevisionChanged
        if known is not None:
            self.ledger.book(task)
            self.removed.append(task)
        self.delete(task.id)

    def delete(self, task_id: str) -> None:
        self.stored.pop(task_id, None)

    def page(self, query: TaskQuery) -> Page:
        mine = [t for t in self.stored.values() if t.owner == query.owner]
        mine = [t for t in mine if query.state in {None, t.state}]
        mine.sort(key=lambda t: (t.created_at, t.id), reverse=query.newest_first)
        begin = int(query.token or 0)
        end = begin + query.size
        return Page(tuple(mine[begin:end]), str(end) if end < len(mine) else None)

    def listed(self, query: TaskQuery) -> Listing:
        tasks, next_token = self.page(query)
        return Listing(tuple(map(listed_text, tasks)), next_token)

    def _write(self, task: Task) -> Task:
        self.ledger.book(task)
        self.writes += 1
        self.stored[task.id] = task.with_revision(str(self.writes))
        return self.stored[task.id]


@dataclass
class FakeSearch:
    """`TaskSearch` over the same tasks; a token is the time and id of the last task."""

    tasks: FakeTasks
    cursors: dict[str, str | None] = field(default_factory=dict)

    def find_idle(self, state: State, before: datetime, size: int, token: str | None) -> Page:
        found = [t for t in self.tasks.stored.values() if t.state is state and t.updated_at < before]
        keys = {f"{t.updated_at.isoformat()} {t.id}": t for t in found}
        page = [key for key in sorted(keys) if key > (token or "")][:size]
        return Page(tuple(keys[key] for key in page), page[-1] if len(page) == size else None)

    def cursor(self, name: str) -> str | None:
        return self.cursors.get(name)

    def save_cursor(self, name: str, cursor: str | None) -> None:
        self.cursors[name] = cursor
