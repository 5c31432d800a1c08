"""Admission in Firestore: new tasks, stored responses and users' counters, each method one commit.

`users/{uid}` has the counters. They are changed only by transforms, whose results the commit returns: one
blind write counts and returns the count, without a read or a transaction. The same commit creates
`tasks/{taskId}` and, for an Idempotency-Key, `idempotency/{hash}`; it fails if the key was used.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from shared.adapters.firestore.ledger import month_fields, user_path
from shared.adapters.firestore.records import Create, Merge, Query, Remove
from shared.adapters.firestore.task_document import document_of
from shared.adapters.firestore.tasks import COLLECTION, path_of
from shared.domain.costs.ledger import FETCHED_BYTES, MONTH, NANO_USD, RESERVED, Ledger, differences, month_of
from shared.domain.errors import RevisionChanged
from shared.domain.states import FINAL, State
from shared.ports.admission import StoredResponse, Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.adapters.firestore.records import Records, Written
    from shared.domain.task import Task
    from shared.ports.admission import Arrival

RESPONSES = "idempotency"
OPEN = sorted(set(State) - FINAL)
_NOTHING: Mapping[str, int] = MappingProxyType({})


class FirestoreAdmission:
    """`Admission` on Firestore."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def admit(self, task: Task, arrival: Arrival, response: StoredResponse | None) -> tuple[Task, Usage]:
        """One commit."""
        stored = [Create(_response_path(response), _document(response))] if response else []
        created = Create(path_of(task.id), document_of(task))
        results = self._records.commit(created, *stored, *_count(task.owner, arrival, 1, _money(task, 1)))
        return task.with_revision(results[0].revision), _usage(results[-1])

    def withdraw(self, task: Task, arrival: Arrival, response: StoredResponse | None) -> None:
        """One commit, which fails if the task has changed, or is deleted already."""
        stored = [Remove(_response_path(response))] if response else []
        removed = Remove(path_of(task.id), task.revision or "")
        with suppress(RevisionChanged):
            self._records.commit(removed, *stored, _uncount(task.owner, arrival, 1, _money(task, -1)))

    def take_token(self, owner: str, arrival: Arrival, *, started: int = 0) -> Usage:
        """One commit."""
        month = month_of(datetime.fromtimestamp(arrival.at_us / 1_000_000, UTC))
        nothing = month_fields(month, {NANO_USD: 0, RESERVED: 0})
        return _usage(self._records.commit(*_count(owner, arrival, started, nothing))[-1])

    def return_token(self, owner: str, arrival: Arrival, *, started: int = 0) -> None:
        """One commit."""
        self._records.commit(_uncount(owner, arrival, started))

    def count_open(self, owner: str, limit: int) -> int:
        """One aggregation, which reads index entries only."""
        is_open = ("state", "in", [state.value for state in OPEN])
        return self._records.count(Query(COLLECTION, [("owner", "==", owner), is_open], limit))

    def record_ended(self, owner: str, ended: int) -> None:
        """One write, which never lowers the number."""
        self._records.commit(Merge(user_path(owner), at_least={"ended": ended}))

    def record_fetched(self, owner: str, month: str, size_bytes: int, nano_usd: int) -> None:
        """One write."""
        added = month_fields(month, {FETCHED_BYTES: size_bytes, NANO_USD: nano_usd})
        self._records.commit(Merge(user_path(owner), added=added))

    def forget(self, owner: str) -> None:
        """One write."""
        self._records.commit(Remove(user_path(owner)))

    def find_response(self, owner: str, key: str) -> StoredResponse | None:
        """One read."""
        found = self._records.get(_key_path(owner, key))
        if found is None:
            return None
        return StoredResponse(
            owner=owner,
            key=key,
            fingerprint=found.fields["fingerprint"],
            task_id=found.fields["taskId"],
            body=found.fields["body"],
            expire_at=found.fields["expireAt"],
            stored_at=found.created_at,
            # All writes of a commit have the same time, so this is the revision of the task too.
            revision=found.revision,
        )

    def delete_response(self, response: StoredResponse) -> None:
        """One write, with the revision as a precondition."""
        self._records.commit(Remove(_response_path(response), response.revision or ""))


def _response_path(response: StoredResponse) -> str:
    return _key_path(response.owner, response.key)


def _key_path(owner: str, key: str) -> str:
    return f"{RESPONSES}/" + hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()


def _count(owner: str, arrival: Arrival, started: int, money: Mapping[str, int]) -> tuple[Merge, Merge]:
    """Two writes, because the arrival time changes twice; `_usage` reads the results of the last one."""
    user = user_path(owner)
    # Adding 0 to `ended` makes the commit return it.
    counts = {"tatUs": arrival.interval_us, "started": started, "ended": 0, **money}
    return Merge(user, at_least={"tatUs": arrival.at_us}), Merge(user, added=counts)


def _uncount(owner: str, arrival: Arrival, started: int, money: Mapping[str, int] = _NOTHING) -> Merge:
    """The started tasks count as ended. `started` never decreases, since others may have read it."""
    return Merge(user_path(owner), added={"tatUs": -arrival.interval_us, "ended": started, **money})


def _money(task: Task, sign: int) -> Mapping[str, int]:
    """What the new task adds to its owner's month, which is the only ledger that counts its creation."""
    month = month_of(task.created_at)
    numbers = differences(task.owner, (), task.charges).get(Ledger(MONTH, month, task.owner), {})
    return month_fields(
        month, {name: sign * number for name, number in ({NANO_USD: 0, RESERVED: 0} | dict(numbers)).items()}
    )


def _document(response: StoredResponse) -> dict[str, object]:
    return {
        "fingerprint": response.fingerprint,
        "taskId": response.task_id,
        "body": response.body,
        "expireAt": response.expire_at,
    }


def _usage(written: Written) -> Usage:
    numbers = {name.rpartition(".")[2]: number for name, number in written.numbers.items()}
    return Usage(
        tat_us=numbers["tatUs"],
        started=numbers["started"],
        ended=numbers["ended"],
        spent=numbers[NANO_USD] - numbers[RESERVED],
    )
