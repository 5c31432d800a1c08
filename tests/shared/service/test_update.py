"""Concurrent writers: no change is lost, and retries end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from shared.domain.errors import NotFound, RevisionChanged, Unavailable
from shared.service.update import ATTEMPTS, change_task
from tests.builders import a_task
from tests.fakes.tasks import FakeTasks

if TYPE_CHECKING:
    from shared.domain.task import Task


@dataclass
class Contended(FakeTasks):
    """Another writer is faster `losses` times."""

    losses: int = 0
    reads: int = 0

    def get(self, task_id: str) -> Task | None:
        self.reads += 1
        return super().get(task_id)

    def replace(self, task: Task) -> Task:
        if self.losses:
            self.losses -= 1
            raise RevisionChanged
        return super().replace(task)


def store(losses: int) -> Contended:
    tasks = Contended(losses=losses)
    tasks.create(a_task())
    return tasks


def test_lost_race_is_retried() -> None:
    changed = change_task(store(3), a_task().id, lambda t: replace(t, progress=0.5), sleep=lambda _: None)

    assert changed.progress == 0.5


def test_retries_end_after_the_last_attempt() -> None:
    with pytest.raises(Unavailable):
        change_task(store(ATTEMPTS), a_task().id, lambda t: replace(t, progress=0.5), sleep=lambda _: None)


def test_current_known_task_is_not_read_again() -> None:
    tasks = store(0)
    changed = change_task(
        tasks, a_task().id, lambda t: replace(t, progress=0.5), known=tasks.stored[a_task().id]
    )

    assert (changed.progress, tasks.reads) == (0.5, 0)


def test_outdated_known_task_is_read_again() -> None:
    tasks = store(0)
    known = tasks.stored[a_task().id]
    change_task(tasks, known.id, lambda t: replace(t, attempts=7))
    changed = change_task(
        tasks, known.id, lambda t: replace(t, progress=0.5), known=known, sleep=lambda _: None
    )

    assert (changed.attempts, changed.progress) == (7, 0.5)


def test_unchanged_task_is_not_written() -> None:
    tasks = store(0)
    change_task(tasks, a_task().id, lambda t: t)

    assert tasks.writes == 1


def test_missing_task_is_not_found() -> None:
    with pytest.raises(NotFound):
        change_task(FakeTasks(), "nothing", lambda t: t)
