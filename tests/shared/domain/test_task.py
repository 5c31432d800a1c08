"""Transitions of a task by its attempts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.errors import (
    DailyLimitReached,
    EmptyFile,
    IllegalTransition,
    LeaseHeld,
    LeaseLost,
    NotAudio,
    Stale,
)
from shared.domain.media import Probe
from shared.domain.states import State, check_transition
from shared.domain.task import Failure, Task
from tests.builders import a_task, an_upload
from tests.fakes.clock import NOON

LATER = NOON + timedelta(minutes=9)
PROBE = Probe("wav", "pcm_s16le", 10.0, 44100, 2)


def claimed() -> Task:
    return a_task().claimed(an_upload(), "lease-1", LATER, NOON)


def finished() -> Task:
    return claimed().finished("lease-1", a_task().outputs, PROBE, (), NOON)


def test_claim_records_generation_size_and_attempt() -> None:
    task = claimed()

    assert (
        task.state,
        task.source.generation,
        task.source.size_bytes,
        task.attempts,
    ) == (State.CONVERTING, 1001, 10, 1)


def test_held_lease_refuses_a_second_claim() -> None:
    with pytest.raises(LeaseHeld):
        claimed().claimed(an_upload(), "lease-2", LATER, NOON)


def test_expired_lease_is_taken_over_by_the_next_attempt() -> None:
    task = claimed().claimed(an_upload(), "lease-2", LATER + timedelta(minutes=9), LATER)

    assert (task.claim and task.claim.lease_id, task.attempts) == ("lease-2", 2)


def test_attempt_without_the_lease_can_neither_report_nor_finish() -> None:
    task = claimed().claimed(an_upload(), "lease-2", LATER + timedelta(minutes=9), LATER)

    with pytest.raises(LeaseLost):
        task.progressed("lease-1", 0.5, LATER, NOON)
    with pytest.raises(LeaseLost):
        task.finished("lease-1", task.outputs, PROBE, (), NOON)


def test_newer_generation_restarts_the_count_of_attempts() -> None:
    task = claimed().claimed(an_upload(generation=1002), "lease-2", LATER + timedelta(minutes=9), LATER)

    assert (task.source.generation, task.attempts) == (1002, 1)


@pytest.mark.parametrize("state", [State.PROCESSED, State.FAILED, State.CANCELLED, State.EXPIRED])
def test_newer_generation_does_not_restart_an_ended_task(state: State) -> None:
    with pytest.raises(Stale):
        replace(finished(), state=state).claimed(an_upload(generation=1002), "lease-2", LATER, NOON)


def test_older_generation_is_stale() -> None:
    with pytest.raises(Stale):
        claimed().claimed(an_upload(generation=1000), "lease-2", LATER, LATER)


def test_processed_generation_is_stale() -> None:
    with pytest.raises(Stale):
        finished().claimed(an_upload(), "lease-2", LATER, LATER)


def test_released_lease_allows_the_next_attempt_immediately() -> None:
    task = claimed().released("lease-1", NOON)

    assert task.state == State.UPLOADED
    assert task.claimed(an_upload(), "lease-2", LATER, NOON).attempts == 2


def test_progress_never_decreases() -> None:
    task = claimed().progressed("lease-1", 0.7, LATER, NOON).progressed("lease-1", 0.3, LATER, NOON)

    assert task.progress == 0.7


def test_only_the_finished_attempt_settles_the_task() -> None:
    with pytest.raises(Stale):
        claimed().settled(1001, 1, NOON)
    with pytest.raises(Stale):
        finished().settled(1001, 2, NOON)

    assert finished().settled(1001, 1, NOON).state == State.PROCESSED


def test_second_settlement_is_stale() -> None:
    with pytest.raises(Stale):
        finished().settled(1001, 1, NOON).settled(1001, 1, NOON)


def test_failed_attempt_settles_as_failed() -> None:
    task = claimed().failed("lease-1", Failure.of(EmptyFile()), NOON).settled(1001, 1, NOON)

    assert (task.state, task.error and task.error.code) == (State.FAILED, "empty_file")


def test_failure_states_whether_it_is_retryable() -> None:
    assert [Failure.of(error()).retryable for error in (NotAudio, DailyLimitReached)] == [False, True]


def test_illegal_transition_lists_the_legal_ones() -> None:
    with pytest.raises(IllegalTransition) as caught:
        check_transition(State.PROCESSED, State.WAITING)

    assert (caught.value.field, caught.value.valid) == ("state", ("UPLOADED",))
