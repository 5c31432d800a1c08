"""The use case of creating a task: the task, its answer and the user's counters are written as one.

Safe against repetition: with an Idempotency-Key the same request creates nothing twice and is answered the
same, whichever instance it reaches, and even if the first answer was lost on its way.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.domain.errors import AlreadyExists, KeyInUse, KeyReused, RevisionChanged, Unavailable
from shared.ports.admission import StoredResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from shared.domain.task import Task
    from shared.ports.accounts import Caller
    from shared.ports.links import SignedRequest

    from ..inputs.new_task import NewTask
    from .quotas import Quotas
    from .tasks import UserTasks

    # The answer to a creation, from the task and the request that takes its bytes.
    Render = Callable[[Task, SignedRequest], Mapping[str, Any]]

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Key:
    """An Idempotency-Key, and what was asked under it."""

    text: str
    fingerprint: str

    @classmethod
    def of(cls, text: str, body: Mapping[str, Any]) -> Key:
        """The order of names and the white space in the body make no difference."""
        canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
        return cls(text, hashlib.sha256(canonical.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Created:
    """What a creation is answered.

    Attributes:
        body: JSON.
        revision: of the task as it was created.
        replayed: whether an earlier request created it.
    """

    task_id: str
    body: str
    revision: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class TaskCreation:
    """Creates tasks."""

    tasks: UserTasks
    quotas: Quotas

    def create(self, caller: Caller, request: NewTask, key: Key | None, render: Render) -> Created:
        """One new task, or the answer that this key was given before.

        Raises:
            DeclaredTooLarge: or DeclaredTooLong: the file would not be taken.
            QuotaExceeded: the user has too many open tasks, or creates them too fast.
            KeyReused: the key was used for another request.
            KeyInUse: the key was used by a request that came while this one was under way.
        """
        self.quotas.limits.check_file(request.size_bytes, request.duration_s)
        begun_at = self.tasks.clock()
        task, upload = self.tasks.prepare(caller, request)
        body = json.dumps(render(task, upload), ensure_ascii=False, separators=(",", ":"))
        answer: StoredResponse | None = None
        if key:
            until = begun_at + KEPT_FOR
            answer = StoredResponse(caller.uid, key.text, key.fingerprint, task.id, body, until)
        try:
            task = self._admit(task, answer)
        except AlreadyExists:
            return self._earlier(task, body, answer, begun_at)
        return Created(task.id, body, task.revision or "")

    def _admit(self, task: Task, answer: StoredResponse | None) -> Task:
        intake, pace = self.quotas.intake, self.quotas.arrival()
        stored, tally = intake.admit(task, pace, answer)
        self.quotas.check(task.owner, pace, tally, lambda: intake.withdraw(task, pace, answer))
        return stored

    def _earlier(self, task: Task, body: str, answer: StoredResponse | None, begun_at: datetime) -> Created:
        """The answer under the key; or our own, if it was our own write whose success got lost."""
        if answer is None:
            stored = self.tasks.store.get(task.id)
            if stored is None or stored.nonce != task.nonce or stored.revision is None:
                raise Unavailable("The task could not be stored.", retry_after_s=1)
            return Created(task.id, body, stored.revision)
        kept = self.quotas.intake.find_response(answer.owner, answer.key)
        if kept is None:
            raise KeyInUse(retry_after_s=1)
        if kept.expire_at <= begun_at:
            return self._again(task, body, kept, answer)
        if kept.fingerprint != answer.fingerprint:
            raise KeyReused("Another request was sent with this Idempotency-Key: use a new one.")
        own = kept.task_id == task.id
        if not own and kept.stored_at is not None and kept.stored_at > begun_at:
            raise KeyInUse(retry_after_s=1)
        return Created(kept.task_id, kept.body, kept.revision or "", replayed=not own)

    def _again(self, task: Task, body: str, kept: StoredResponse, answer: StoredResponse) -> Created:
        """Once more, in place of an answer that has outlived its time; others may be about to do the same."""
        try:
            self.quotas.intake.delete_response(kept)
            stored = self._admit(task, answer)
        except (RevisionChanged, AlreadyExists) as error:
            raise KeyInUse(retry_after_s=1) from error
        return Created(stored.id, body, stored.revision or "")
