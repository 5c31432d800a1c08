"""Repairs tasks and objects whose event, call or instance was lost.

Each repair is one that would have happened by itself: an upload that no attempt works on gets a new event, a
finished attempt is settled, a task that cannot be finished fails with a reason, an upload that never came
expires. Revisions and generations guard all of them, so sweeps may overlap with each other and everything
else. No repair loops: an object is retriggered at most once in `grace`, and a task fails after `give_up`.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from shared.domain.errors import (
    EventTooOld,
    IllegalTransition,
    NotFound,
    PlatformError,
    RevisionChanged,
    SourceGone,
)
from shared.domain.states import State
from shared.domain.task import Failure
from shared.service.update import change_task

from .inputs import FinishedAttempt

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from shared.domain.errors import ConversionError
    from shared.domain.states import Claim
    from shared.domain.task import Task
    from shared.ports.bucket_listing import ObjectListing
    from shared.ports.clock import Clock
    from shared.ports.objects import ObjectInfo
    from shared.ports.tasks import TaskSearch, TaskStore
    from shared.runtime.log import Log
    from shared.service.forgetting import Forgetting

    from .orphans import OrphanCleanup
    from .settle import SettleTask

# States of open tasks, the most urgent first.
STATES = (State.CONVERTING, State.UPLOADED, State.WAITING)
PAGE_SIZE = 100
# Names of cursors: the next object of the bucket, and when the last pass through the bucket ended.
NEXT_OBJECT, LAST_PASS = "objects", "lastPass"
# What waits in a queue counts as lost after this share of `give_up`: another event would put it at the end.
_QUEUE_SHARE = 4
# Outcomes that changed nothing.
NO_REPAIR = frozenset({"kept", "waiting"})


@dataclass(frozen=True, slots=True)
class GracePeriods:
    """How long something may take before it counts as lost.

    Attributes:
        grace: events and calls are redelivered for about this long.
        upload: a task waits for its upload for this long.
        give_up: a task without any progress fails after this time.
        budget_s: a sweep stops after this time; the next one continues.
    """

    grace: timedelta
    upload: timedelta
    give_up: timedelta
    budget_s: float = 45.0


@dataclass(frozen=True, slots=True)
class Sweep:
    """The use case; one object for any number of sweeps."""

    tasks: TaskStore
    search: TaskSearch
    listing: ObjectListing
    orphans: OrphanCleanup
    settle: SettleTask
    clock: Clock
    periods: GracePeriods
    forgetting: Forgetting
    elapsed: Callable[[], float] = time.monotonic

    def run(self, log: Log) -> Counter[str]:
        """One sweep within its time budget; the number of each outcome."""
        deadline = self.elapsed() + self.periods.budget_s
        counts: Counter[str] = Counter()
        for state in STATES:
            self._sweep_tasks(state, deadline, counts, log)
        self._sweep_objects(deadline, counts, log)
        self._continue_deletions(deadline, counts, log)
        log.info("sweep_finished", counts=dict(counts))
        return counts

    def _sweep_tasks(self, state: State, deadline: float, counts: Counter[str], log: Log) -> None:
        token = self.search.cursor(state.value)
        before = self.clock() - self.periods.grace
        while self.elapsed() < deadline:
            page = self.search.find_idle(state, before, PAGE_SIZE, token)
            for task in page.tasks:
                if self.elapsed() >= deadline:
                    # The next sweep reads this page again; tasks that were repaired are no longer idle.
                    break
                counts[self._guarded(partial(self._repair, task), log.bind(taskId=task.id))] += 1
            else:
                token = page.next_token
                self.search.save_cursor(state.value, token)
                if token is None:
                    return
        counts["timed_out"] += 1

    def _sweep_objects(self, deadline: float, counts: Counter[str], log: Log) -> None:
        """Go through the bucket; after the end of a pass, not again before `grace` has passed."""
        start, before = self.search.cursor(NEXT_OBJECT), self.clock() - self.periods.grace
        last_pass = self.search.cursor(LAST_PASS)
        if start is None and last_pass and datetime.fromisoformat(last_pass) > before:
            return
        while self.elapsed() < deadline:
            objects, following = self.listing.page(start or "", PAGE_SIZE)
            for found in objects:
                if self.elapsed() >= deadline:
                    break
                if found.created_at < before:
                    object_log = log.bind(object=found.name)
                    counts[self._guarded(partial(self.orphans.run, found, object_log), object_log)] += 1
            else:
                start = following
                self.search.save_cursor(NEXT_OBJECT, start)
                if start is None:
                    self.search.save_cursor(LAST_PASS, self.clock().isoformat())
                    return
        counts["timed_out"] += 1

    def _continue_deletions(self, deadline: float, counts: Counter[str], log: Log) -> None:
        """Delete what is left of users who asked for that."""
        try:
            if done := self.forgetting.continue_all(deadline):
                counts["forgotten"] += done
        except PlatformError as error:
            log.failure("deletion_failed", error)
            counts["error"] += 1

    def _guarded(self, repair: Callable[[], str], log: Log) -> str:
        """The outcome of a repair; one that fails is left to the next sweep."""
        try:
            outcome = repair()
        except RevisionChanged:
            # Another writer changed it, so it is not lost.
            return "kept"
        except PlatformError as error:
            log.failure("repair_failed", error)
            return "error"
        if outcome not in NO_REPAIR:
            log.info("repaired", outcome=outcome)
        return outcome

    def _repair(self, task: Task) -> str:
        claim, now = task.claim, self.clock()
        if claim is not None and claim.finished:
            return self._settle(task)
        if claim is not None and self._is_in_hand(task, claim, now):
            return "waiting"
        live = self.listing.stat(task.source.object)
        if task.state is State.WAITING and live is None:
            return self._expire(task) if task.created_at < now - self.periods.upload else "waiting"
        if live is None:
            return self._give_up(task, SourceGone())
        if task.updated_at < now - self.periods.give_up:
            return self._give_up(task, EventTooOld())
        return self._retrigger(live)

    def _is_in_hand(self, task: Task, claim: Claim, now: datetime) -> bool:
        """Return whether an instance works on the upload, or a queue has it."""
        if task.state is State.CONVERTING:
            return claim.lease_until > now
        return bool(claim.queue) and task.updated_at > now - self.periods.give_up / _QUEUE_SHARE

    def _settle(self, task: Task) -> str:
        """Settle the finished attempt, since convert's call was lost."""
        if task.claim is not None:
            attempt = FinishedAttempt(task.nonce, task.claim.generation, task.claim.attempt)
            self.settle.run(task.id, attempt)
        return "settled"

    def _retrigger(self, live: ObjectInfo) -> str:
        """Rewrite the upload onto itself; the new generation has an event of its own."""
        if live.created_at > self.clock() - self.periods.grace:
            return "waiting"
        self.listing.rewrite(live)
        return "retriggered"

    def _expire(self, task: Task) -> str:
        return self._change(task, lambda task: task.expired(self.clock()), "expired")

    def _give_up(self, task: Task, reason: ConversionError) -> str:
        seen = task.revision

        def abandon(task: Task) -> Task:
            # A task that has changed since is not lost.
            return task.abandoned(Failure.of(reason), self.clock()) if task.revision == seen else task

        outcome = self._change(task, abandon, "failed")
        changed = self.tasks.get(task.id)
        if changed and changed.claim and changed.claim.finished:
            self._settle(changed)
        return outcome

    def _change(self, task: Task, change: Callable[[Task], Task], outcome: str) -> str:
        try:
            change_task(self.tasks, task.id, change)
        except (NotFound, IllegalTransition):
            return "kept"
        return outcome
