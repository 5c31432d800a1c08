"""Admission with both Firestore clients, on localcloud."""

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
from tests.builders import a_task
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Records
    from shared.domain.task import Task

ARRIVAL = Arrival(at_us=1_000_000_000, interval_us=100)


@pytest.fixture
def admission(records: Records) -> FirestoreAdmission:
    return FirestoreAdmission(records)


@pytest.fixture
def tasks(records: Records) -> FirestoreTasks:
    return FirestoreTasks(records)


def owned() -> Task:
    """A task of a new user, whose id contains characters that document ids must not contain."""
    return a_task(id=new_task_id(), owner=f"a/{new_task_id()}")


def answer_for(task: Task) -> StoredResponse:
    return StoredResponse(task.owner, "key", "print", task.id, '{"ñ": "🎵"}', NOON + timedelta(hours=24))


def test_admission_stores_task_response_and_count(
    admission: FirestoreAdmission, tasks: FirestoreTasks
) -> None:
    task = owned()
    stored, usage = admission.admit(task, ARRIVAL, answer_for(task))
    kept = admission.find_response(task.owner, "key")

    assert stored == tasks.get(task.id)
    assert usage == Usage(tat_us=1_000_000_100, started=1, ended=0)
    assert kept
    assert (kept.revision, kept.stored_at is not None) == (stored.revision, True)
    assert answer_for(task) == kept._replace(revision=None, stored_at=None)


def test_used_idempotency_key_stores_nothing(admission: FirestoreAdmission, tasks: FirestoreTasks) -> None:
    task = owned()
    admission.admit(task, ARRIVAL, answer_for(task))
    second = replace(task, id=new_task_id())
    with pytest.raises(AlreadyExists):
        admission.admit(second, ARRIVAL, answer_for(second))

    assert tasks.get(second.id) is None
    assert admission.take_token(task.owner, ARRIVAL).started == 1


def test_arrival_time_grows_with_each_request_and_not_with_idle_time(admission: FirestoreAdmission) -> None:
    owner = new_task_id()
    marks = [
        admission.take_token(owner, ARRIVAL._replace(at_us=now)).tat_us for now in (1000, 1000, 1050, 9000)
    ]

    assert marks == [1100, 1200, 1300, 9100]


def test_withdrawn_task_is_deleted_and_counts_as_ended(
    admission: FirestoreAdmission, tasks: FirestoreTasks
) -> None:
    task = owned()
    admission.admit(task, ARRIVAL, answer_for(task))
    admission.withdraw(task, ARRIVAL, answer_for(task))

    assert (tasks.get(task.id), admission.find_response(task.owner, "key")) == (None, None)
    assert admission.take_token(task.owner, ARRIVAL) == Usage(1_000_000_100, 1, 1)


def test_concurrent_requests_are_all_counted(admission: FirestoreAdmission) -> None:
    owner = new_task_id()
    with ThreadPoolExecutor(8) as pool:
        usages = list(pool.map(lambda _: admission.take_token(owner, ARRIVAL, started=1), range(16)))

    assert sorted(usage.started for usage in usages) == list(range(1, 17))


def test_only_unfinished_tasks_count_as_open(admission: FirestoreAdmission, tasks: FirestoreTasks) -> None:
    task = owned()
    for state in State:
        tasks.create(replace(task, id=new_task_id(), state=state))

    assert (admission.count_open(task.owner, 99), admission.count_open(task.owner, 2)) == (3, 2)


def test_older_count_does_not_replace_a_later_one(admission: FirestoreAdmission) -> None:
    owner = new_task_id()
    admission.record_ended(owner, 7)
    admission.record_ended(owner, 5)

    assert admission.take_token(owner, ARRIVAL).ended == 7


def test_response_is_deleted_once_and_a_later_one_is_kept(admission: FirestoreAdmission) -> None:
    task = owned()
    admission.admit(task, ARRIVAL, answer_for(task))
    kept = admission.find_response(task.owner, "key")
    assert kept
    admission.delete_response(kept)
    assert admission.find_response(task.owner, "key") is None
    with pytest.raises(RevisionChanged):
        admission.delete_response(kept)

    later = replace(task, id=new_task_id())
    admission.admit(later, ARRIVAL, answer_for(later))
    with pytest.raises(RevisionChanged):
        admission.delete_response(kept)
    assert admission.find_response(task.owner, "key")
