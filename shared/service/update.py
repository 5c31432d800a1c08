"""Read, change, write: the one way in which a stored task changes, safe against concurrent writers.

The write carries the revision that was read as a precondition. That gives what a Firestore transaction gives
for one document, in two round trips instead of three and without a lock that a killed instance would leave.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from shared.domain.errors import NotFound, RevisionChanged, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Task
    from shared.ports.tasks import TaskStore
    from shared.webhooks.endpoint import Endpoint
    from shared.webhooks.ports import EndpointStore

ATTEMPTS = 8


def change_task(
    store: TaskStore,
    task_id: str,
    change: Callable[[Task], Task],
    *,
    known: Task | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Task:
    """Apply `change` to the task as it is stored now, again if somebody else was faster.

    Args:
        store: where it is.
        task_id: of the task.
        change: gives the changed task, or the very same one where nothing is to be done.
        known: the task as it was read or written last; unless it has changed since, that spares a read.
        sleep: waits so many seconds.

    Raises:
        NotFound: there is no such task.
        Unavailable: others were faster every time.
        SonubeError: whatever `change` raises; nothing is written then.
    """
    for attempt in range(ATTEMPTS):
        task = (known if attempt == 0 else None) or store.get(task_id)
        if task is None:
            raise NotFound
        changed = change(task)
        if changed is task:
            return task
        try:
            return store.replace(changed)
        except RevisionChanged:
            sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311  # jitter, not a secret
    raise Unavailable("The task is being changed by too many at once.", retry_after_s=1)


def change_endpoint(
    store: EndpointStore,
    owner: str,
    change: Callable[[Endpoint | None], Endpoint],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Endpoint:
    """Apply `change` to the user's endpoint as it is stored now (None: there is none), as `change_task` does.

    Raises:
        Unavailable: others were faster every time.
    """
    for attempt in range(ATTEMPTS):
        endpoint = store.get(owner)
        changed = change(endpoint)
        if changed is endpoint:
            return changed
        try:
            store.put(changed)
        except RevisionChanged:
            sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311  # as above
        else:
            return changed
    raise Unavailable("The endpoint is being changed by too many at once.", retry_after_s=1)
