"""A finished attempt settles its task, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.notify.inputs import FinishedAttempt, parse_finished_attempt
from functions.notify.settle import SettleTask
from shared.domain.errors import Forbidden, InvalidField
from shared.domain.media import Probe
from shared.domain.states import State
from tests.builders import a_task, an_upload
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.tasks import FakeTasks
from tests.fakes.webhooks import FakeEndpoints, FakeQueue

TASK = a_task().id


def world() -> tuple[FakeTasks, SettleTask]:
    """A task whose first attempt has finished."""
    tasks = FakeTasks()
    task = tasks.create(a_task())
    task = task.claimed(an_upload(), "lease", NOON + timedelta(minutes=9), NOON)
    tasks.replace(task.finished("lease", task.outputs, Probe("wav", "pcm_s16le", 1.0, 8000, 1), (), NOON))
    return tasks, SettleTask(tasks, FakeEndpoints(), FakeQueue, FakeClock())


def test_a_finished_attempt_settles_the_task_once() -> None:
    tasks, settle = world()
    first = settle.run(TASK, FinishedAttempt("nonce", 1001, 1))
    writes = tasks.writes
    second = settle.run(TASK, FinishedAttempt("nonce", 1001, 1))

    assert (first and first.state) == State.PROCESSED
    assert (None, writes) == (second, tasks.writes)


@pytest.mark.parametrize("stale", [FinishedAttempt("nonce", 1001, 2), FinishedAttempt("nonce", 1000, 1)])
def test_a_stale_attempt_changes_nothing(stale: FinishedAttempt) -> None:
    tasks, settle = world()

    assert settle.run(TASK, stale) is None
    assert tasks.stored[TASK].state == State.CONVERTING


def test_a_wrong_nonce_is_forbidden_and_changes_nothing() -> None:
    tasks, settle = world()

    with pytest.raises(Forbidden):
        settle.run(TASK, FinishedAttempt("guess", 1001, 1))
    assert tasks.stored[TASK].state == State.CONVERTING


def test_a_deleted_task_is_acknowledged() -> None:
    assert world()[1].run("gone", FinishedAttempt("nonce", 1001, 1)) is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "nonce"),
        ({"nonce": 5}, "nonce"),
        ({"nonce": "n", "generation": 5}, "generation"),
        ({"nonce": "n", "generation": "x"}, "generation"),
        ({"nonce": "n", "generation": "5\n"}, "generation"),
        ({"nonce": "n", "generation": "5"}, "attempt"),
        ({"nonce": "n", "generation": "5", "attempt": True}, "attempt"),
        ({"nonce": "n", "generation": "5", "attempt": 0}, "attempt"),
    ],
)
def test_an_invalid_field_is_named(body: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_finished_attempt(body)

    assert field == caught.value.field
