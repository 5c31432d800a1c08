"""Delivers events at least once, in no order, until they are acknowledged or given up."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from typing import TYPE_CHECKING

from localcloud.eventarc.outbox import Counts, Outbox, QueuedEvent
from localcloud.eventarc.retries import RetryPolicy
from localcloud.faults.dispatches import DispatchFaults, NoFaults

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from localcloud.database import Database
    from localcloud.eventarc.cloud_event import Finalized

log = logging.getLogger(__name__)

# The longest sleep, after which a jump of the clock in a test is noticed.
POLL_S = 0.25
NO_ANSWER = 0
# Where an event's links point: the service's own address.
BASE_URL = "https://storage.googleapis.com"


class Eventarc:
    """One trigger: all finalize events of one database go to one receiver.

    Args:
        database: where events are kept until they are acknowledged.
        deliver: sends the headers and body of one `POST /` and returns the status; any failure is no answer.
        retry: when to try again.
        faults: what goes wrong on purpose.
        now: seconds since 1970.
        concurrency: most deliveries under way at a time.
        base_url: where the links in an event point.
    """

    def __init__(
        self,
        database: Database,
        deliver: Callable[[dict[str, str], bytes], Awaitable[int]],
        *,
        retry: RetryPolicy | None = None,
        faults: DispatchFaults | None = None,
        now: Callable[[], float] = time.time,
        concurrency: int = 100,
        base_url: str = BASE_URL,
    ) -> None:
        self._outbox = Outbox(database, now)
        self._deliver = deliver
        self._policy = retry or RetryPolicy()
        self._faults = faults or NoFaults()
        self._now = now
        self._concurrency = concurrency
        self._base_url = base_url
        self._wake = asyncio.Event()
        self._in_flight = 0
        self._attempts: set[asyncio.Task[None]] = set()

    def record(self, stored: Finalized) -> None:
        """Store an object's event, inside the transaction that makes the object live."""
        self._outbox.add(stored, self._base_url)
        self._wake.set()

    def counts(self) -> Counts:
        """The number of events that are pending, delivered and given up."""
        return self._outbox.counts()

    def dead_letters(self) -> list[QueuedEvent]:
        """The events that were given up."""
        return self._outbox.dead_letters()

    async def run(self) -> None:
        """Deliver until cancelled; the next run repeats deliveries that were in progress."""
        self._outbox.release()
        try:
            while True:
                self._wake.clear()
                pause_s = self._dispatch_due()
                await _wait(self._wake, min(pause_s, POLL_S))
        finally:
            for attempt in self._attempts:
                attempt.cancel()
            await asyncio.gather(*self._attempts, return_exceptions=True)

    def _dispatch_due(self) -> float:
        """Start the deliveries that are due; return the seconds to the next one."""
        for queued in self._outbox.due(self._concurrency - self._in_flight):
            self._in_flight += 1
            self._keep(self._attempt(self._outbox.begin(queued)))
        due = self._outbox.next_due()
        # With no place free, the end of an attempt wakes the loop.
        return POLL_S if due is None or due <= self._now() else due - self._now()

    async def _attempt(self, begun: QueuedEvent) -> None:
        try:
            self._settle(begun, await self._deliver_copies(begun))
        finally:
            self._in_flight -= 1
            self._wake.set()

    async def _deliver_copies(self, begun: QueuedEvent) -> int:
        """Deliver as the faults say. Only the first copy's outcome counts; the others are not awaited."""
        attributes = begun.event.attributes
        delays_s = sorted(
            self._faults.dispatch_copies("event", f"{attributes['bucket']}/{attributes['subject']}")
        )
        if not delays_s:
            return NO_ANSWER
        for delay_s in delays_s[1:]:
            self._keep(self._deliver_duplicate(begun, delay_s))
        await asyncio.sleep(delays_s[0])
        return await self._send(begun)

    async def _deliver_duplicate(self, begun: QueuedEvent, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        await self._send(begun)

    async def _send(self, begun: QueuedEvent) -> int:
        traceparent = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
        try:
            async with asyncio.timeout(self._policy.deadline_s):
                return await self._deliver(begun.event.headers(traceparent), begun.event.data)
        except Exception as error:  # noqa: BLE001  # any failure on the way means that there was no response
            log.info("Event %s: %r", begun.event.id, error)
            return NO_ANSWER

    def _settle(self, begun: QueuedEvent, status: int) -> None:
        if 200 <= status < 300:  # noqa: PLR2004  # any success acknowledges
            self._outbox.acknowledge(begun)
        elif self._policy.exhausted(begun.attempts, self._now() - begun.created):
            log.warning("Event %s is given up after %d attempts: %d.", begun.event.id, begun.attempts, status)
            self._outbox.give_up(begun, status)
        else:
            self._outbox.retry(begun, status, self._now() + self._policy.backoff_s(begun.attempts))

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        attempt = asyncio.create_task(work)
        self._attempts.add(attempt)
        attempt.add_done_callback(self._attempts.discard)


async def _wait(event: asyncio.Event, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        return
