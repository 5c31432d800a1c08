"""The instances of one service: started for those who wait, stopped when idle, replaced when they die."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from localcloud.run.instance import Instance, StartFailed, State
from localcloud.run.messages import NO_INSTANCE
from localcloud.run.spec import LogLine, LogSink, ServiceSpec

if TYPE_CHECKING:
    import aiohttp

    from localcloud.run.reaper import Reaper

# After a failed start its slot rests, twice as long each time.
BACKOFF_S, BACKOFF_MAX_S = 0.2, 10.0
# After so many failed starts in a row, waiting requests fail.
STARTS_MAX = 3
# An ended instance that is still listed rests after a failed start: its slot is as good as starting.
COMING = (State.STARTING, State.ENDED)


class Pool:
    """Lends instances; the first one starts on request, or at `start`.

    Args:
        spec: the service.
        sink: receives each line that an instance writes, and each failed start.
        reaper: ends the instances should this process be killed.
        session: asks instances whether they are ready.
    """

    def __init__(
        self, spec: ServiceSpec, sink: LogSink, reaper: Reaper, session: aiohttp.ClientSession
    ) -> None:
        self._spec, self._sink, self._reaper, self._session = spec, sink, reaper, session
        self.instances: list[Instance] = []
        self._waiting: deque[asyncio.Future[Instance]] = deque()
        self._supervisors: set[asyncio.Task[None]] = set()
        self._stops: set[asyncio.Task[None]] = set()
        self._timers: dict[Instance, asyncio.TimerHandle] = {}
        self._startup: asyncio.Future[None] | None = None
        self._failed_starts = 0
        self._closed = False

    async def start(self) -> None:
        """Return once the least number of instances serve.

        Raises:
            StartFailed: they do not come up.
        """
        self._start_missing()
        while self._ready() < self._spec.min_instances:
            self._startup = asyncio.get_running_loop().create_future()
            await self._startup

    async def acquire(self) -> Instance:
        """An instance with free capacity, as soon as there is one; return it with `release`.

        Raises:
            StartFailed: none can be started.
        """
        if self._closed:
            raise StartFailed(NO_INSTANCE)
        waiting: asyncio.Future[Instance] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self._assign()
        try:
            return await waiting
        except asyncio.CancelledError:
            # Its turn may have come in the very moment in which it gave up.
            if waiting.done() and not waiting.cancelled() and not waiting.exception():
                self.release(waiting.result())
            raise

    def release(self, instance: Instance) -> None:
        """One request less."""
        instance.active -= 1
        self._assign()
        if instance.active == 0:
            self._await_idleness(instance)

    async def close(self) -> None:
        """End all instances; waiting requests are refused."""
        self._closed = True
        self._refuse_waiting(StartFailed(NO_INSTANCE))
        await asyncio.gather(*(instance.stop() for instance in self.instances))
        for task in self._supervisors:
            task.cancel()
        await asyncio.gather(*self._supervisors, *self._stops, return_exceptions=True)
        for timer in self._timers.values():
            timer.cancel()

    def _assign(self) -> None:
        """Give free instances to waiting requests, and start missing ones."""
        while self._waiting and (instance := self._with_room()):
            waiting = self._waiting.popleft()
            if not waiting.done():
                instance.active += 1
                waiting.set_result(instance)
        if not self._closed:
            self._start_missing()

    def _with_room(self) -> Instance | None:
        """The ready instance with the most free capacity."""
        ready = [each for each in self.instances if each.state is State.READY]
        best = min(ready, key=lambda each: each.active, default=None)
        return best if best and best.active < self._spec.concurrency else None

    def _start_missing(self) -> None:
        coming = sum(each.state in COMING for each in self.instances)
        alive = coming + self._ready()
        waiting = sum(not each.done() for each in self._waiting)
        for_waiting = -(-waiting // self._spec.concurrency) - coming
        wanted = max(for_waiting, self._spec.min_instances - alive)
        for _ in range(min(wanted, self._spec.max_instances - len(self.instances))):
            instance = Instance(self._spec, self._sink, self._reaper)
            self.instances.append(instance)
            life = asyncio.create_task(self._live(instance))
            self._supervisors.add(life)
            life.add_done_callback(self._supervisors.discard)

    async def _live(self, instance: Instance) -> None:
        """One instance from its start to its end."""
        try:
            await instance.start(self._session)
        except StartFailed as error:
            await self._back_off(error)
        else:
            self._failed_starts = 0
            self._signal_startup(None)
            self._assign()
            if instance.active == 0:
                self._await_idleness(instance)
            await instance.ended()
        self.instances.remove(instance)
        self._assign()

    async def _back_off(self, error: StartFailed) -> None:
        if self._closed:
            return
        self._failed_starts += 1
        self._sink(LogLine(self._spec.name, 0, str(error)))
        if self._failed_starts >= STARTS_MAX:
            self._signal_startup(error)
            if not self._ready():
                self._refuse_waiting(error)
        # The exponent is bounded so that the power stays a float's.
        await asyncio.sleep(min(BACKOFF_S * 2 ** min(self._failed_starts - 1, 16), BACKOFF_MAX_S))

    def _signal_startup(self, error: StartFailed | None) -> None:
        if self._startup is None or self._startup.done():
            return
        if error:
            self._startup.set_exception(error)
        else:
            self._startup.set_result(None)

    def _ready(self) -> int:
        return sum(each.state is State.READY for each in self.instances)

    def _refuse_waiting(self, error: StartFailed) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_exception(error)

    def _await_idleness(self, instance: Instance) -> None:
        if earlier := self._timers.pop(instance, None):
            earlier.cancel()
        if instance.state is State.READY:
            loop = asyncio.get_running_loop()
            self._timers[instance] = loop.call_later(self._spec.idle_s, self._stop_idle, instance)

    def _stop_idle(self, instance: Instance) -> None:
        del self._timers[instance]
        if instance.state is not State.READY or instance.active:
            return
        if self._ready() <= self._spec.min_instances:
            return
        # From here on it gets no more requests.
        instance.state = State.STOPPING
        stop = asyncio.create_task(instance.stop())
        self._stops.add(stop)
        stop.add_done_callback(self._stops.discard)
