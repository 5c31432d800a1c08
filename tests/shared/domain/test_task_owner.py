"""Transitions of a task by its owner: other outputs, and cancellation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.domain.errors import IllegalTransition, LeaseLost, Stale
from shared.domain.files import Output
from shared.domain.media import Probe
from shared.domain.states import FINAL, State
from tests.builders import a_task, an_upload
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from shared.domain.task import Task

LATER = NOON + timedelta(minutes=9)
OGG = (Output("ogg", f"{'T' * 22}/song.ogg"),)
ENDED_OTHERWISE = sorted(FINAL - {State.CANCELLED})


def converting() -> Task:
    return a_task().claimed(an_upload(), "lease-1", LATER, NOON)


def processed() -> Task:
    probe = Probe("wav", "pcm_s16le", 10.0, 44100, 2)
    return converting().finished("lease-1", a_task().outputs, probe, (), NOON).settled(1001, 1, NOON)


def test_waiting_task_only_changes_its_outputs() -> None:
    task = a_task().with_outputs(OGG, None, LATER)

    assert (task.state, task.outputs, task.source.superseded) == (State.WAITING, OGG, None)


def test_processed_task_starts_again() -> None:
    task = processed().with_outputs(OGG, 1001, LATER)

    assert (task.state, task.outputs, task.attempts, task.progress, task.error) == (
        State.UPLOADED,
        OGG,
        0,
        0.0,
        None,
    )


def test_change_of_outputs_revokes_the_lease() -> None:
    task = converting().with_outputs(OGG, 1001, LATER)

    with pytest.raises(LeaseLost):
        task.progressed("lease-1", 0.5, LATER, LATER)


def test_superseded_generation_is_stale_and_the_next_one_is_claimed() -> None:
    task = processed().with_outputs(OGG, 1001, LATER)

    with pytest.raises(Stale):
        task.claimed(an_upload(), "lease-2", LATER, NOON)
    assert task.claimed(an_upload(generation=1002), "lease-2", LATER, NOON).attempts == 1


def test_late_call_about_the_old_attempt_is_stale() -> None:
    with pytest.raises(Stale):
        processed().with_outputs(OGG, 1001, LATER).settled(1001, 1, LATER)


@pytest.mark.parametrize("state", [State.UPLOADED, State.CONVERTING, State.FAILED, State.CANCELLED])
def test_outputs_can_be_changed_in_any_state_after_the_upload(state: State) -> None:
    assert replace(processed(), state=state).with_outputs(OGG, 1001, LATER).state == State.UPLOADED


def test_outputs_of_an_expired_task_cannot_be_changed() -> None:
    with pytest.raises(IllegalTransition):
        a_task(state=State.EXPIRED).with_outputs(OGG, 1001, LATER)


def test_change_of_outputs_after_waiting_requires_the_generation() -> None:
    with pytest.raises(IllegalTransition):
        processed().with_outputs(OGG, None, LATER)


@pytest.mark.parametrize("task", [a_task(), a_task(state=State.UPLOADED), converting()])
def test_unfinished_task_can_be_cancelled(task: Task) -> None:
    assert task.cancelled(LATER).state == State.CANCELLED


def test_cancelling_revokes_the_lease() -> None:
    with pytest.raises(LeaseLost):
        converting().cancelled(LATER).progressed("lease-1", 0.5, LATER, LATER)


def test_second_cancellation_has_no_effect() -> None:
    task = a_task().cancelled(NOON)

    assert task is task.cancelled(LATER)


@pytest.mark.parametrize("state", ENDED_OTHERWISE)
def test_ended_task_cannot_be_cancelled(state: State) -> None:
    with pytest.raises(IllegalTransition):
        a_task(state=state).cancelled(LATER)
