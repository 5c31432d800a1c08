"""Read, change, write: how a stored task or endpoint changes, safe against concurrent writers.

The write carries the revision that was read as a precondition. That gives what a Firestore transaction gives
for one document, in two round trips instead of three and without a lock that a killed instance would leave.
"""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from shared.domain.errors import NotFound, RevisionChanged, Unavailable
from shared.runtime.retry import backoff, retry

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Task
    from shared.ports.clock import Clock
    from shared.ports.tasks import TaskStore
    from shared.webhooks.endpoint import Endpoint
    from shared.webhooks.ports import EndpointStore

ATTEMPTS = 8
# The last waits are longer than a busy writer holds on to a document.
LONGEST_WAIT_S = 5.0

T = TypeVar("T")


def change_task(
    store: TaskStore,
    task_id: str,
    change: Callable[[Task], Task],
    *,
    known: Task | None = None,
    write: Callable[[Task], Task] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Task:
    """Apply `change` to the stored task, and again if another writer was faster.

    Args:
        store: holds the task.
        task_id: of the task.
        change: returns the changed task, or the same one if there is nothing to change.
        known: the task as it was last read or written; saves a read unless it has changed since.
        write: stores the changed task, in place of the store's `replace`.
        sleep: waits so many seconds.

    Raises:
        NotFound: there is no such task.
        Unavailable: other writers were faster every time.
        SonubeError: raised by `change`; nothing is written then.
    """
    candidates = iter([known] if known else [])

    def attempt() -> Task:
        task = next(candidates, None) or store.get(task_id)
        if task is None:
            raise NotFound
        changed = change(task)
        return task if changed is task else (write or store.replace)(changed)

    return _repeated(attempt, "task", sleep)


def remove_task(
    store: TaskStore, task: Task, clock: Clock, *, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Delete a task whose files are deleted; what was paid to keep them longer is given back, once.

    Args:
        store: holds the task.
        task: as it was last read or written.
        clock: tells until when the files were kept.
        sleep: waits so many seconds.

    Raises:
        Unavailable: other writers were faster every time.
    """
    candidates = iter([task])

    def attempt() -> None:
        found = next(candidates, None) or store.get(task.id)
        if found is not None:
            store.remove(found.deleted(clock()))

    _repeated(attempt, "task", sleep)


def change_endpoint(
    store: EndpointStore,
    owner: str,
    change: Callable[[Endpoint | None], Endpoint],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Endpoint:
    """Apply `change` to the user's stored endpoint (None: there is none), as `change_task` does.

    Raises:
        Unavailable: other writers were faster every time.
    """

    def attempt() -> Endpoint:
        endpoint = store.get(owner)
        changed = change(endpoint)
        if changed is not endpoint:
            store.put(changed)
        return changed

    return _repeated(attempt, "endpoint", sleep)


def _repeated(attempt: Callable[[], T], kind: str, sleep: Callable[[float], None]) -> T:
    waits = islice(backoff(longest_s=LONGEST_WAIT_S), ATTEMPTS - 1)
    try:
        return retry(attempt, lambda error: isinstance(error, RevisionChanged), waits, sleep)
    except RevisionChanged as error:
        message = f"Too many requests are changing this {kind} at the same time. Try again."
        raise Unavailable(message, retry_after_s=1) from error
