"""Taking in and counting, by each client of Firestore, on localcloud."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.adapters.firestore.admission import FirestoreAdmission
from shared.adapters.firestore.tasks import FirestoreTasks
from shared.domain.errors import AlreadyExists, RevisionChanged
from shared.domain.names import new_task_id
from shared.domain.states import State
from shared.ports.admission import Arrival, StoredResponse, Usage
from tests.fakes import NOON, a_task

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Records
    from shared.domain.task import Task

ARRIVAL = Arrival(at_us=1_000_000_000, interval_us=100)


@pytest.fixture
def intake(records: Records) -> FirestoreAdmission:
    return FirestoreAdmission(records)


@pytest.fixture
def tasks(records: Records) -> FirestoreTasks:
    return FirestoreTasks(records)


def owned() -> Task:
    """A task of somebody who has none yet, and whose id holds what document names cannot."""
    return a_task(id=new_task_id(), owner=f"a/{new_task_id()}")


def answer_for(task: Task) -> StoredResponse:
    return StoredResponse(task.owner, "key", "print", task.id, '{"ñ": "🎵"}', NOON + timedelta(hours=24))


def test_admission_stores_task_response_and_count(intake: FirestoreAdmission, tasks: FirestoreTasks) -> None:
    task = owned()
    stored, usage = intake.admit(task, ARRIVAL, answer_for(task))
    kept = intake.find_response(task.owner, "key")

    assert stored == tasks.get(task.id)
    assert usage == Usage(tat_us=1_000_000_100, started=1, ended=0)
    assert kept
    assert (kept.revision, kept.stored_at is not None) == (stored.revision, True)
    assert answer_for(task) == kept._replace(revision=None, stored_at=None)


def test_used_idempotency_key_stores_nothing(intake: FirestoreAdmission, tasks: FirestoreTasks) -> None:
    task = owned()
    intake.admit(task, ARRIVAL, answer_for(task))
    second = replace(task, id=new_task_id())
    with pytest.raises(AlreadyExists):
        intake.admit(second, ARRIVAL, answer_for(second))

    assert tasks.get(second.id) is None
    assert intake.take_token(task.owner, ARRIVAL).started == 1


def test_arrival_time_grows_with_each_request_and_not_with_idle_time(intake: FirestoreAdmission) -> None:
    owner = new_task_id()
    marks = [intake.take_token(owner, ARRIVAL._replace(at_us=now)).tat_us for now in (1000, 1000, 1050, 9000)]

    assert marks == [1100, 1200, 1300, 9100]


def test_withdrawn_task_is_deleted_and_counts_as_ended(
    intake: FirestoreAdmission, tasks: FirestoreTasks
) -> None:
    task = owned()
    intake.admit(task, ARRIVAL, answer_for(task))
    intake.withdraw(task, ARRIVAL, answer_for(task))

    assert (tasks.get(task.id), intake.find_response(task.owner, "key")) == (None, None)
    assert intake.take_token(task.owner, ARRIVAL) == Usage(1_000_000_100, 1, 1)


def test_concurrent_requests_are_all_counted(intake: FirestoreAdmission) -> None:
    owner = new_task_id()
    with ThreadPoolExecutor(8) as pool:
        usages = list(pool.map(lambda _: intake.take_token(owner, ARRIVAL, started=1), range(16)))

    assert sorted(usage.started for usage in usages) == list(range(1, 17))


def test_only_unfinished_tasks_count_as_open(intake: FirestoreAdmission, tasks: FirestoreTasks) -> None:
    task = owned()
    for state in State:
        tasks.create(replace(task, id=new_task_id(), state=state))

    assert (intake.count_open(task.owner, 99), intake.count_open(task.owner, 2)) == (3, 2)


def test_older_count_does_not_replace_a_later_one(intake: FirestoreAdmission) -> None:
    owner = new_task_id()
    intake.record_ended(owner, 7)
    intake.record_ended(owner, 5)

    assert intake.take_token(owner, ARRIVAL).ended == 7


def test_response_is_deleted_once_and_a_later_one_is_kept(intake: FirestoreAdmission) -> None:
    task = owned()
    intake.admit(task, ARRIVAL, answer_for(task))
    kept = intake.find_response(task.owner, "key")
    assert kept
    intake.delete_response(kept)
    assert intake.find_response(task.owner, "key") is None
    with pytest.raises(RevisionChanged):
        intake.delete_response(kept)

    later = replace(task, id=new_task_id())
    intake.admit(later, ARRIVAL, answer_for(later))
    with pytest.raises(RevisionChanged):
        intake.delete_response(kept)
    assert intake.find_response(task.owner, "key")
