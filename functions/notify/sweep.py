"""Finds what fell between: whatever an event, a call or an instance that was lost left unfinished.

Each repair is one that could have come of itself: an upload nobody worked on gets a new event, a finished
attempt is settled, a task that nobody can finish fails with a reason, what never came expires. All of them
are guarded by revisions and generations, so that sweeps may overlap each other and everything else. Nothing
spins: an object is told again at most once in `grace`, and a task is given up after `give_up`.
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

from .finish import Announcement

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from shared.domain.errors import ConversionError
    from shared.domain.task import Task
    from shared.ports.bucket_listing import ObjectListing
    from shared.ports.clock import Clock
    from shared.ports.objects import ObjectInfo
    from shared.ports.tasks import TaskSearch, TaskStore
    from shared.runtime.log import Log

    from .finish import Finish
    from .orphans import Orphans

# Unfinished, in the order of how soon somebody waits for them.
STATES = (State.CONVERTING, State.UPLOADED, State.WAITING)
PAGE = 100
# How far the walk through the bucket got, and when it was last at the end.
PLACE, WALKED = "objects", "walked"


@dataclass(frozen=True, slots=True)
class GracePeriods:
    """How long each thing may take before it counts as lost.

    Attributes:
        grace: events and calls are redelivered by themselves for about so long.
        upload: a task waits so long for its bytes.
        give_up: after so long without any progress a task fails.
        budget_s: a sweep ends itself after this time and leaves the rest to the next one.
    """

    grace: timedelta
    upload: timedelta
    give_up: timedelta
    budget_s: float = 45.0


@dataclass(frozen=True, slots=True)
class Sweep:
    """The use case; one object for any number of sweeps."""

    store: TaskStore
    search: TaskSearch
    shelf: ObjectListing
    orphans: Orphans
    finish: Finish
    clock: Clock
    patience: GracePeriods
    elapsed: Callable[[], float] = time.monotonic

    def run(self, log: Log) -> Counter[str]:
        """One sweep, as far as its time goes; what it did, by name. The next one goes on from there."""
        until = self.elapsed() + self.patience.budget_s
        done: Counter[str] = Counter()
        for state in STATES:
            self._sweep_tasks(state, until, done, log)
        self._sweep_objects(until, done, log)
        log.info("swept", did=dict(done))
        return done

    def _sweep_tasks(self, state: State, until: float, done: Counter[str], log: Log) -> None:
        token = self.search.cursor(state.value)
        before = self.clock() - self.patience.grace
        while self.elapsed() < until:
            page = self.search.find_idle(state, before, PAGE, token)
            for task in page.tasks:
                if self.elapsed() >= until:
                    # What was mended of this page is found mended by the next sweep.
                    break
                done[self._tried(partial(self._mend, task), log.bind(taskId=task.id))] += 1
            else:
                token = page.next_token
                self.search.save_cursor(state.value, token)
                if token is None:
                    return
        done["cut_short"] += 1

    def _sweep_objects(self, until: float, done: Counter[str], log: Log) -> None:
        """Walk through the bucket; once it is at the end, not again before `grace` has passed."""
        start, before = self.search.cursor(PLACE), self.clock() - self.patience.grace
        walked = self.search.cursor(WALKED)
        if start is None and walked and datetime.fromisoformat(walked) > before:
            return
        while self.elapsed() < until:
            found, following = self.shelf.page(start or "", PAGE)
            for stored in found:
                if self.elapsed() >= until:
                    break
                if stored.created_at < before:
                    its_log = log.bind(object=stored.name)
                    done[self._tried(partial(self.orphans.deal_with, stored, its_log), its_log)] += 1
            else:
                start = following
                self.search.save_cursor(PLACE, start)
                if start is None:
                    self.search.save_cursor(WALKED, self.clock().isoformat())
                    return
        done["cut_short"] += 1

    def _tried(self, work: Callable[[], str], log: Log) -> str:
        """What was done; one that does not go through is left to the next sweep."""
        try:
            what = work()
        except RevisionChanged:
            # Somebody is at work on it: it is not lost.
            return "kept"
        except PlatformError as error:
            log.failure("repair_failed", error)
            return "error"
        if what not in {"kept", "waiting"}:
            log.info("repaired", what=what)
        return what

    def _mend(self, task: Task) -> str:
        claim, now = task.claim, self.clock()
        if claim is not None and claim.finished:
            return self._settle(task)
        if task.state is State.CONVERTING and claim is not None and claim.lease_until > now:
            return "waiting"
        live = self.shelf.stat(task.source.object)
        if task.state is State.WAITING and live is None:
            return self._expire(task) if task.created_at < now - self.patience.upload else "waiting"
        if live is None:
            return self._give_up(task, SourceGone())
        if task.updated_at < now - self.patience.give_up:
            return self._give_up(task, EventTooOld())
        return self._tell_again(live)

    def _settle(self, task: Task) -> str:
        """What notify would have done, had it been told."""
        if task.claim is not None:
            self.finish.run(task.id, Announcement(task.nonce, task.claim.generation, task.claim.attempt))
        return "settled"

    def _tell_again(self, live: ObjectInfo) -> str:
        """A new generation of the same bytes has an event of its own."""
        if live.created_at > self.clock() - self.patience.grace:
            return "waiting"
        self.shelf.rewrite(live)
        return "retriggered"

    def _expire(self, task: Task) -> str:
        return self._change(task, lambda task: task.expired(self.clock()), "expired")

    def _give_up(self, task: Task, reason: ConversionError) -> str:
        seen = task.revision

        def give_up(task: Task) -> Task:
            # Somebody has been at work since: it is not lost.
            return task.abandoned(Failure.of(reason), self.clock()) if task.revision == seen else task

        what = self._change(task, give_up, "failed")
        fresh = self.store.get(task.id)
        if fresh and fresh.claim and fresh.claim.finished:
            self._settle(fresh)
        return what

    def _change(self, task: Task, change: Callable[[Task], Task], what: str) -> str:
        try:
            change_task(self.store, task.id, change)
        except (NotFound, IllegalTransition):
            return "kept"
        return what
