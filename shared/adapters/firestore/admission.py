"""New tasks, kept answers and users' counters in Firestore, each step one commit.

`users/{uid}` holds the counters. They are only ever changed by transforms, whose results the commit answers:
so one blind write counts, and says how far the count is, with neither a read nor a transaction. The same
commit creates `tasks/{taskId}` and, under an Idempotency-Key, `idempotency/{hash}`, which fails all of it if
the key was used before.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from shared.adapters.firestore.records import Create, Merge, Query, Remove
from shared.adapters.firestore.tasks import COLLECTION, path_of
from shared.domain.documents import to_document
from shared.domain.states import FINAL, State
from shared.ports.admission import StoredResponse, Usage

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Records, Written
    from shared.domain.task import Task
    from shared.ports.admission import Arrival

USERS, ANSWERS = "users", "idempotency"
OPEN = sorted(set(State) - FINAL)


class FirestoreAdmission:
    """`Admission` on Firestore."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def admit(self, task: Task, arrival: Arrival, answer: StoredResponse | None) -> tuple[Task, Usage]:
        """One commit."""
        kept = [Create(_kept_at(answer.owner, answer.key), _document(answer))] if answer else []
        created = Create(path_of(task.id), to_document(task))
        results = self._records.commit(created, *kept, *_step(task.owner, arrival, 1))
        return task.with_revision(results[0].revision), _tally(results[-1])

    def withdraw(self, task: Task, arrival: Arrival, answer: StoredResponse | None) -> None:
        """One commit."""
        kept = [Remove(_kept_at(answer.owner, answer.key))] if answer else []
        self._records.commit(Remove(path_of(task.id)), *kept, _step_back(task.owner, arrival, 1))

    def take_token(self, owner: str, arrival: Arrival, *, started: int = 0) -> Usage:
        """One commit."""
        return _tally(self._records.commit(*_step(owner, arrival, started))[-1])

    def return_token(self, owner: str, arrival: Arrival, *, started: int = 0) -> None:
        """One commit."""
        self._records.commit(_step_back(owner, arrival, started))

    def count_open(self, owner: str, most: int) -> int:
        """One aggregation; it reads index entries only."""
        is_open = ("state", "in", [state.value for state in OPEN])
        return self._records.count(Query(COLLECTION, [("owner", "==", owner), is_open], most))

    def record_ended(self, owner: str, ended: int) -> None:
        """One write; a count that another instance made later stays."""
        self._records.commit(Merge(_user(owner), at_least={"ended": ended}))

    def find_response(self, owner: str, key: str) -> StoredResponse | None:
        """One read."""
        found = self._records.get(_kept_at(owner, key))
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
            # One commit gives all that it writes one time.
            revision=found.revision,
        )

    def delete_response(self, answer: StoredResponse) -> None:
        """One write, which fails if the answer is another one by now."""
        self._records.commit(Remove(_kept_at(answer.owner, answer.key), answer.revision or ""))


def _user(owner: str) -> str:
    # A document's name holds no slash; a uid that an administrator chose might.
    return f"{USERS}/{quote(owner, safe='')}"


def _kept_at(owner: str, key: str) -> str:
    return f"{ANSWERS}/" + hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()


def _step(owner: str, arrival: Arrival, started: int) -> tuple[Merge, Merge]:
    """Two writes, because the mark is changed twice; `_tally` reads the results of the last one."""
    user = _user(owner)
    # Nothing is added to `ended`: the commit then answers what it is.
    counts = {"markUs": arrival.interval_us, "begun": started, "ended": 0}
    return Merge(user, at_least={"markUs": arrival.at_us}), Merge(user, added=counts)


def _step_back(owner: str, arrival: Arrival, started: int) -> Merge:
    """What was begun has ended. `begun` never falls: others may have counted with what it was."""
    return Merge(_user(owner), added={"markUs": -arrival.interval_us, "ended": started})


def _document(answer: StoredResponse) -> dict[str, object]:
    return {
        "fingerprint": answer.fingerprint,
        "taskId": answer.task_id,
        "body": answer.body,
        "expireAt": answer.expire_at,
    }


def _tally(written: Written) -> Usage:
    numbers = written.numbers
    return Usage(tat_us=numbers["markUs"], started=numbers["begun"], ended=numbers["ended"])
