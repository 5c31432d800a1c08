"""Creates tasks: the task, the response and the user's counters are written in one commit.

Safe against repetition: with an Idempotency-Key the same request creates one task and gets the same response
from every instance, even if the first response was lost.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.domain.costs.charges import Charge
from shared.domain.costs.prices import load_prices, nano
from shared.domain.errors import AlreadyExists, KeyInUse, KeyReused, RevisionChanged, Unavailable
from shared.domain.files import Source
from shared.domain.names import new_task_id, source_object
from shared.domain.task import Task
from shared.domain.webhook import Webhook
from shared.ports.admission import StoredResponse

from .tasks import planned_outputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shared.ports.accounts import Caller
    from shared.ports.admission import Admission
    from shared.ports.clock import Clock
    from shared.ports.tasks import TaskStore

    from ..inputs.new_task import NewTask
    from .quotas import Limits, Quotas

KEY_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """An Idempotency-Key and a fingerprint of the request that carries it."""

    text: str
    fingerprint: str

    @classmethod
    def of(cls, text: str, body: Mapping[str, Any]) -> IdempotencyKey:
        """The key of a request; the order of names and the white space in the body do not matter."""
        canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
        return cls(text, hashlib.sha256(canonical.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Created:
    """The result of a creation.

    Attributes:
        body: of the response, JSON.
        revision: of the task when it was created.
        replayed: whether an earlier request created the task.
    """

    task_id: str
    body: str
    revision: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class TaskCreation:
    """Creates tasks in two steps, so that the response can be stored with the task.

    Attributes:
        lifetime: after which a task and its files are deleted.
        new_for: how long an account is new.
    """

    tasks: TaskStore
    admission: Admission
    quotas: Quotas
    limits: Limits
    clock: Clock
    lifetime: timedelta
    new_for: timedelta = timedelta()

    def prepare(self, caller: Caller, request: NewTask) -> Task:
        """The new task, not stored yet.

        Raises:
            DeclaredTooLarge: the declared size is over the limit.
            DeclaredTooLong: the declared duration is over the limit.
        """
        self.limits.check_declared(request.size_bytes, request.duration_s)
        task_id, now = new_task_id(), self.clock()
        return Task(
            id=task_id,
            owner=caller.uid,
            filename=request.filename,
            source=Source(source_object(task_id, request.filename), request.content_type),
            outputs=planned_outputs(task_id, request.filename, request.outputs),
            nonce=secrets.token_urlsafe(16),
            created_at=now,
            updated_at=now,
            expire_at=now + self.lifetime,
            webhook=Webhook(url=request.webhook),
            charges=(self._charge(now),),
            max_cost=None if request.max_cost_usd is None else nano(request.max_cost_usd),
            is_new_account=caller.since is not None and caller.since > now - self.new_for,
        )

    def _charge(self, now: datetime) -> Charge:
        cost = load_prices().creation()
        return Charge(at=now, compute=cost.compute, operations=cost.operations)

    def create(
        self, task: Task, body: str, key: IdempotencyKey | None, size_bytes: int | None = None
    ) -> Created:
        """Store the task and the response, or return the response that was stored under the key.

        Args:
            task: as `prepare` made it.
            body: of the response, JSON.
            key: of the request, if it has one.
            size_bytes: of the file, if the client declares it.

        Raises:
            SpendingCapReached: the month's money is used up, or would be by keeping the file.
            QuotaExceeded: the user has too many open tasks or creates them too fast.
            KeyReused: another request was sent with the key.
            KeyInUse: a request with the key is in progress.
        """
        response: StoredResponse | None = None
        expected = load_prices().storage(size_bytes or 0, self.lifetime / timedelta(days=1))
        if key:
            expire_at = task.created_at + KEY_LIFETIME
            response = StoredResponse(task.owner, key.text, key.fingerprint, task.id, body, expire_at)
        try:
            stored = self.quotas.admit(task, response, expected=expected)
        except AlreadyExists:
            return self._replay(task, response) if response else self._own_write(task, body)
        return _created(stored, body)

    def _own_write(self, task: Task, body: str) -> Created:
        """The task exists: a retried write met its own first attempt, whose response was lost."""
        stored = self.tasks.get(task.id)
        if stored is None or stored.nonce != task.nonce:
            raise Unavailable("The task could not be stored. Try again.", retry_after_s=1)
        return _created(stored, body)

    def _replay(self, task: Task, response: StoredResponse) -> Created:
        """The response under the key; it is this request's own if the answer to its write was lost."""
        known = self.admission.find_response(response.owner, response.key)
        if known is None:
            raise KeyInUse(retry_after_s=1)
        if known.expire_at <= task.created_at:
            return self._replace(task, response, known)
        if known.fingerprint != response.fingerprint:
            raise KeyReused("This Idempotency-Key was used for a different request. Use a new key.")
        is_own = known.task_id == task.id
        if not is_own and known.stored_at is not None and known.stored_at > task.created_at:
            raise KeyInUse(retry_after_s=1)
        return Created(known.task_id, known.body, known.revision or "", replayed=not is_own)

    def _replace(self, task: Task, response: StoredResponse, expired: StoredResponse) -> Created:
        """Create the task under a key whose response has expired; other requests may try the same."""
        try:
            self.admission.delete_response(expired)
            stored = self.quotas.admit(task, response)
        except (RevisionChanged, AlreadyExists) as error:
            raise KeyInUse(retry_after_s=1) from error
        return _created(stored, response.body)


def _created(task: Task, body: str) -> Created:
    return Created(task.id, body, task.revision or "")
