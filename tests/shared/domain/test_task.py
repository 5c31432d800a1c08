"""The task changes only in the ways that make sense."""

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
from shared.domain.states import State, check_transition
from shared.domain.task import Failure, Probe, Task
from tests.fakes import NOON, a_task, an_upload

LATER = NOON + timedelta(minutes=9)
PROBE = Probe("wav", "pcm_s16le", 10.0, 44100, 2)


def claimed() -> Task:
    return a_task().claimed(an_upload(), "lease-1", LATER, NOON)


def finished() -> Task:
    return claimed().finished("lease-1", a_task().outputs, PROBE, NOON)


def test_a_claim_notes_generation_size_and_attempt() -> None:
    task = claimed()

    assert (
        task.state,
        task.source.generation,
        task.source.size_bytes,
        task.attempts,
    ) == (State.CONVERTING, 1001, 10, 1)


def test_a_held_lease_refuses_a_second_claim() -> None:
    with pytest.raises(LeaseHeld):
        claimed().claimed(an_upload(), "lease-2", LATER, NOON)


def test_an_expired_lease_is_taken_over_as_the_next_attempt() -> None:
    task = claimed().claimed(an_upload(), "lease-2", LATER + timedelta(minutes=9), LATER)

    assert (task.claim and task.claim.lease_id, task.attempts) == ("lease-2", 2)


def test_who_lost_the_lease_can_neither_report_nor_finish() -> None:
    task = claimed().claimed(an_upload(), "lease-2", LATER + timedelta(minutes=9), LATER)

    with pytest.raises(LeaseLost):
        task.progressed("lease-1", 0.5, LATER, NOON)
    with pytest.raises(LeaseLost):
        task.finished("lease-1", task.outputs, PROBE, NOON)


def test_a_newer_generation_takes_over_and_counts_from_one() -> None:
    task = claimed().claimed(an_upload(generation=1002), "lease-2", LATER + timedelta(minutes=9), LATER)

    assert (task.source.generation, task.attempts) == (1002, 1)


@pytest.mark.parametrize("state", [State.PROCESSED, State.FAILED, State.CANCELLED, State.EXPIRED])
def test_a_newer_generation_does_not_revive_a_task_that_is_over(state: State) -> None:
    with pytest.raises(Stale):
        replace(finished(), state=state).claimed(an_upload(generation=1002), "lease-2", LATER, NOON)


def test_an_older_generation_is_stale() -> None:
    with pytest.raises(Stale):
        claimed().claimed(an_upload(generation=1000), "lease-2", LATER, LATER)


def test_a_settled_generation_is_stale() -> None:
    with pytest.raises(Stale):
        finished().claimed(an_upload(), "lease-2", LATER, LATER)


def test_a_released_lease_lets_the_next_attempt_begin_at_once() -> None:
    task = claimed().released("lease-1", NOON)

    assert task.state == State.UPLOADED
    assert task.claimed(an_upload(), "lease-2", LATER, NOON).attempts == 2


def test_progress_never_goes_back() -> None:
    task = claimed().progressed("lease-1", 0.7, LATER, NOON).progressed("lease-1", 0.3, LATER, NOON)

    assert task.progress == 0.7


def test_notify_settles_only_the_attempt_that_has_finished() -> None:
    with pytest.raises(Stale):
        claimed().settled(1001, 1, NOON)
    with pytest.raises(Stale):
        finished().settled(1001, 2, NOON)

    assert finished().settled(1001, 1, NOON).state == State.PROCESSED


def test_settling_twice_is_stale() -> None:
    with pytest.raises(Stale):
        finished().settled(1001, 1, NOON).settled(1001, 1, NOON)


def test_a_failure_ends_failed() -> None:
    task = claimed().failed("lease-1", Failure.of(EmptyFile()), NOON).settled(1001, 1, NOON)

    assert (task.state, task.error and task.error.code) == (State.FAILED, "empty_file")


def test_a_failure_says_whether_another_time_may_help() -> None:
    assert [Failure.of(error()).retryable for error in (NotAudio, DailyLimitReached)] == [False, True]


def test_an_illegal_transition_names_what_would_be_legal() -> None:
    with pytest.raises(IllegalTransition) as caught:
        check_transition(State.PROCESSED, State.WAITING)

    assert (caught.value.field, caught.value.valid) == ("state", ("UPLOADED",))
