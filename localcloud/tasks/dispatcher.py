"""The loop that dispatches due tasks within their queues' limits and decides what becomes of them."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import TYPE_CHECKING

from localcloud.tasks.delivery import deliver, new_session
from localcloud.tasks.errors import StatusError
from localcloud.tasks.queued import NO_RESPONSE, Outcome
from localcloud.tasks.queues import RUNNING
from localcloud.tasks.rates import TokenBucket
from localcloud.tasks.retries import RetryRules

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    import aiohttp
    from google.cloud import tasks_v2

    from localcloud.faults.dispatches import DispatchFaults
    from localcloud.tasks.queued import QueuedTask
    from localcloud.tasks.queues import Queues
    from localcloud.tasks.store import Tasks

log = logging.getLogger(__name__)

# The longest sleep, after which a jump of the clock in a test is noticed.
POLL_S = 0.25
# Tasks live for 31 days, dispatched or not.
RETENTION_S = 31 * 86400.0
EXPIRE_EVERY_S = 60.0


class Dispatcher:
    """Runs attempts; all state that must survive is in `tasks` and `queues`."""

    def __init__(
        self,
        tasks: Tasks,
        queues: Queues,
        mint_oidc: Callable[[str, str], str],
        faults: DispatchFaults,
        now: Callable[[], float],
    ) -> None:
        self._tasks = tasks
        self._queues = queues
        self._mint_oidc = mint_oidc
        self._faults = faults
        self._now = now
        self._expire_at = 0.0
        self._wake = asyncio.Event()
        self._forced: list[QueuedTask] = []
        self._buckets: dict[str, TokenBucket] = {}
        self._in_flight: Counter[str] = Counter()
        self._attempts: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Look for due tasks now: something has changed."""
        self._wake.set()

    def force(self, begun: QueuedTask) -> None:
        """Dispatch a task whose attempt is already counted, regardless of limits and the queue's state."""
        self._forced.append(begun)
        self.wake()

    async def run(self) -> None:
        """Dispatch until cancelled; the next run repeats attempts that were in progress."""
        self._tasks.release()
        async with new_session() as session:
            try:
                while True:
                    self._wake.clear()
                    pause_s = self._dispatch_due(session)
                    await _wait(self._wake, min(pause_s, POLL_S))
            finally:
                for attempt in self._attempts:
                    attempt.cancel()
                await asyncio.gather(*self._attempts, return_exceptions=True)

    def _dispatch_due(self, session: aiohttp.ClientSession) -> float:
        if self._now() >= self._expire_at:
            self._tasks.expire(self._now() - RETENTION_S)
            self._expire_at = self._now() + EXPIRE_EVERY_S
        while self._forced:
            self._start(session, self._forced.pop())
        running = [queue for queue in self._queues.all() if queue.state == RUNNING]
        return min((self._dispatch_queue(session, queue) for queue in running), default=POLL_S)

    def _dispatch_queue(self, session: aiohttp.ClientSession, queue: tasks_v2.Queue) -> float:
        """Start the tasks that are due; return the seconds to the next one."""
        bucket = self._bucket(queue)
        free = queue.rate_limits.max_concurrent_dispatches - self._in_flight[queue.name]
        tokens = bucket.available(self._now())
        for queued in self._tasks.due(queue.name, max(0, min(free, tokens))):
            bucket.take()
            self._start(session, self._tasks.begin(queued))
        due = self._tasks.next_due(queue.name)
        if due is None:
            return POLL_S
        # With no slot free, the end of an attempt wakes the loop.
        return max(due - self._now(), bucket.wait_s() if free > 0 else POLL_S)

    def _bucket(self, queue: tasks_v2.Queue) -> TokenBucket:
        limits = queue.rate_limits
        bucket = self._buckets.get(queue.name)
        if bucket is None or (bucket.rate, bucket.size) != (
            limits.max_dispatches_per_second,
            limits.max_burst_size,
        ):
            bucket = TokenBucket(limits.max_dispatches_per_second, limits.max_burst_size, self._now())
            self._buckets[queue.name] = bucket
        return bucket

    def _start(self, session: aiohttp.ClientSession, begun: QueuedTask) -> None:
        self._in_flight[begun.queue] += 1
        self._keep(self._attempt(session, begun))

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        attempt = asyncio.create_task(work)
        self._attempts.add(attempt)
        attempt.add_done_callback(self._attempts.discard)

    async def _attempt(self, session: aiohttp.ClientSession, begun: QueuedTask) -> None:
        try:
            outcome = await self._deliver_copies(session, begun)
            self._settle(begun, outcome)
        finally:
            self._in_flight[begun.queue] -= 1
            self.wake()

    async def _deliver_copies(self, session: aiohttp.ClientSession, begun: QueuedTask) -> Outcome:
        """Deliver as the faults say. Only the first copy's outcome counts; the others are not awaited."""
        delays_s = sorted(self._faults.dispatch_copies("task", f"{begun.name}#{begun.dispatches}"))
        if not delays_s:
            return Outcome(NO_RESPONSE, "the dispatch was lost")
        for delay_s in delays_s[1:]:
            self._keep(self._deliver_duplicate(session, begun, delay_s))
        await asyncio.sleep(delays_s[0])
        return await deliver(session, begun, self._mint_oidc)

    async def _deliver_duplicate(
        self, session: aiohttp.ClientSession, begun: QueuedTask, delay_s: float
    ) -> None:
        await asyncio.sleep(delay_s)
        await deliver(session, begun, self._mint_oidc)

    def _settle(self, begun: QueuedTask, outcome: Outcome) -> None:
        if outcome.succeeded:
            self._tasks.finish(begun)
            return
        log.info("Task %s, attempt %d: %s", begun.name, begun.dispatches, outcome.message)
        rules = self._rules(begun)
        since_first_s = self._now() - (begun.first_dispatch or self._now())
        if rules is None or rules.exhausted(begun.dispatches, since_first_s):
            log.warning("Task %s is given up after %d attempts.", begun.name, begun.dispatches)
            self._tasks.finish(begun)
            return
        asked_s = min(outcome.retry_after_s, rules.max_backoff_s)
        pause_s = max(rules.backoff_s(begun.dispatches), asked_s)
        self._tasks.retry(begun, outcome, self._now() + pause_s)

    def _rules(self, begun: QueuedTask) -> RetryRules | None:
        """The task's own rules over its queue's; None if the queue is gone."""
        try:
            rules = RetryRules.of(self._queues.get(begun.queue).retry_config)
        except StatusError:
            return None
        return RetryRules.of(begun.task.retry_config, rules) if "retry_config" in begun.task else rules


async def _wait(event: asyncio.Event, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        return
