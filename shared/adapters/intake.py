"""New tasks, kept answers and users' counters in Firestore, each step one commit.

`users/{uid}` holds the counters. They are only ever changed by transforms, whose results the commit answers:
so one blind write counts, and says how far the count is, with neither a read nor a transaction. The same
commit creates `tasks/{taskId}` and, under an Idempotency-Key, `idempotency/{hash}`, which fails all of it if
the key was used before.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from google.api_core import exceptions as google_errors
from google.api_core.retry import Retry, if_exception_type
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.adapters.firestore import COLLECTION, READ_RETRY, TIMEOUT_S
from shared.adapters.google import translated
from shared.documents import to_document
from shared.errors import AlreadyExists
from shared.ports import KeptAnswer, Tally
from shared.states import FINAL, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.ports import Pace
    from shared.task import Task

USERS, ANSWERS = "users", "idempotency"
OPEN = sorted(set(State) - FINAL)
# Many tasks of one user at once meet at the user's counters; an aborted commit had no effect.
COMMIT_RETRY = Retry(
    predicate=if_exception_type(google_errors.ServiceUnavailable, google_errors.Aborted),
    initial=0.05,
    maximum=1.0,
    timeout=15.0,
)


class FirestoreIntake:
    """`Intake` on Firestore."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client

    def admit(self, task: Task, pace: Pace, answer: KeptAnswer | None) -> tuple[Task, Tally]:
        """One commit."""
        batch = self._client.batch()
        batch.create(self._task(task.id), to_document(task))
        if answer:
            batch.create(self._answer(answer.owner, answer.key), _document(answer))
        self._add_step(batch, task.owner, pace, 1)
        results = self._commit(batch)
        return task.revised(str(results[0].update_time.rfc3339())), _tally(results)

    def withdraw(self, task: Task, pace: Pace, answer: KeptAnswer | None) -> None:
        """One commit."""
        batch = self._client.batch()
        batch.delete(self._task(task.id))
        if answer:
            batch.delete(self._answer(answer.owner, answer.key))
        self._add_back(batch, task.owner, pace, 1)
        self._commit(batch)

    def step(self, owner: str, pace: Pace, *, begun: int = 0) -> Tally:
        """One commit."""
        batch = self._client.batch()
        self._add_step(batch, owner, pace, begun)
        return _tally(self._commit(batch))

    def unstep(self, owner: str, pace: Pace, *, begun: int = 0) -> None:
        """One commit."""
        batch = self._client.batch()
        self._add_back(batch, owner, pace, begun)
        self._commit(batch)

    def count_open(self, owner: str, most: int) -> int:
        """One aggregation; it reads index entries only."""
        mine = self._client.collection(COLLECTION).where(filter=FieldFilter("owner", "==", owner))
        open_ones = mine.where(filter=FieldFilter("state", "in", [state.value for state in OPEN]))
        with translated("Firestore"):
            counting: Any = open_ones.limit(most).count()
            found = counting.get(retry=READ_RETRY, timeout=TIMEOUT_S)
        return int(found[0][0].value)

    def note_ended(self, owner: str, ended: int) -> None:
        """One write; a count that another instance made later stays."""
        batch = self._client.batch()
        batch.set(self._user(owner), {"ended": firestore.Maximum(ended)}, merge=True)
        self._commit(batch)

    def kept(self, owner: str, key: str) -> KeptAnswer | None:
        """One read."""
        with translated("Firestore"):
            found = self._answer(owner, key).get(retry=READ_RETRY, timeout=TIMEOUT_S)
        if not found.exists:
            return None
        return KeptAnswer(
            owner=owner,
            key=key,
            fingerprint=found.get("fingerprint"),
            task_id=found.get("taskId"),
            body=found.get("body"),
            expire_at=found.get("expireAt"),
            kept_at=found.create_time,
            # One commit gives all that it writes one time.
            revision=str(found.update_time.rfc3339()),
        )

    def forget(self, answer: KeptAnswer) -> None:
        """One write."""
        with translated("Firestore"):
            self._answer(answer.owner, answer.key).delete(retry=COMMIT_RETRY, timeout=TIMEOUT_S)

    def _task(self, task_id: str) -> Any:  # noqa: ANN401  # the SDK's own type is not exported
        return self._client.collection(COLLECTION).document(task_id)

    def _user(self, owner: str) -> Any:  # noqa: ANN401  # as above
        # A document's name holds no slash; a uid that an administrator chose might.
        return self._client.collection(USERS).document(quote(owner, safe=""))

    def _answer(self, owner: str, key: str) -> Any:  # noqa: ANN401  # as above
        name = hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()
        return self._client.collection(ANSWERS).document(name)

    def _add_step(self, batch: firestore.WriteBatch, owner: str, pace: Pace, begun: int) -> None:
        """Two writes, because the mark is changed twice; `_tally` reads the results of the last one."""
        user = self._user(owner)
        batch.set(user, {"markUs": firestore.Maximum(pace.now_us)}, merge=True)
        counts = {
            "markUs": firestore.Increment(pace.interval_us),
            "begun": firestore.Increment(begun),
            # Nothing is added: the commit then answers what it is.
            "ended": firestore.Increment(0),
        }
        batch.set(user, counts, merge=True)

    def _add_back(self, batch: firestore.WriteBatch, owner: str, pace: Pace, begun: int) -> None:
        counts = {"markUs": firestore.Increment(-pace.interval_us), "begun": firestore.Increment(-begun)}
        batch.set(self._user(owner), counts, merge=True)

    def _commit(self, batch: firestore.WriteBatch) -> Sequence[Any]:
        with translated("Firestore"):
            try:
                return list(batch.commit(retry=COMMIT_RETRY, timeout=TIMEOUT_S))
            except google_errors.AlreadyExists as error:
                raise AlreadyExists("The task or the key exists already.") from error


def _document(answer: KeptAnswer) -> dict[str, Any]:
    return {
        "fingerprint": answer.fingerprint,
        "taskId": answer.task_id,
        "body": answer.body,
        "expireAt": answer.expire_at,
    }


def _tally(results: Sequence[Any]) -> Tally:
    """From the last write of a step; the client sends transforms in the order of their fields' names."""
    begun, ended, mark_us = (value.integer_value for value in results[-1].transform_results)
    return Tally(mark_us=mark_us, begun=begun, ended=ended)
