"""A service as its callers see it: each request gets an instance's answer, or the platform's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

from localcloud.run.instance import StartFailed
from localcloud.run.messages import NO_INSTANCE, TIMED_OUT, Response, refusal
from localcloud.run.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.run.reaper import Reaper
    from localcloud.run.spec import LogSink, ServiceSpec

# aiohttp would add these of its own accord.
NOT_AUTOMATIC = ("Content-Type", "Accept", "Accept-Encoding", "User-Agent")


@dataclass(frozen=True)
class InstanceView:
    """An instance as seen from outside; `pid` leads its process group and session."""

    pid: int
    port: int
    state: str
    active: int
    served: int


class Service:
    """One service on the running event loop; everything waits for `start`.

    Args:
        spec: what it is made of.
        sink: receives each line that an instance writes, and why one did not start (with pid 0).
        reaper: ends the instances should this process be killed.
    """

    def __init__(self, spec: ServiceSpec, sink: LogSink, reaper: Reaper) -> None:
        self.spec = spec
        self._sink = sink
        self._reaper = reaper
        self._running: tuple[Pool, aiohttp.ClientSession] | None = None

    def instances(self) -> list[InstanceView]:
        """All instances, those that start or stop included."""
        listed = self._running[0].instances if self._running else []
        return [InstanceView(i.pid, i.port, i.state.value, i.active, i.served) for i in listed]

    async def start(self) -> None:
        """Return once the least number of instances serve; from then on they are replaced when they die.

        Raises:
            StartFailed: they do not come up; the service has been stopped.
        """
        session = _new_session()
        pool = Pool(self.spec, self._sink, self._reaper, session)
        self._running = pool, session
        try:
            await pool.start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End all instances; waiting requests are refused."""
        if self._running:
            pool, session = self._running
            await pool.close()
            await session.close()
            self._running = None

    async def request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Response:
        """Have an instance answer, starting one if need be.

        Args:
            method: of HTTP.
            path: as on the wire, encoded, with its query.
            headers: those that concern one connection only are left out.
            body: whole.

        Returns:
            The instance's answer, or the platform's own: 503 when the instance dies during it or none can be
            started, 429 when none gets free in time, 504 at the deadline; the instance then works on.
        """
        if self._running is None:
            return refusal(503, NO_INSTANCE)
        pool, session = self._running
        deadline = asyncio.get_running_loop().time() + self.spec.request_timeout_s
        try:
            async with asyncio.timeout_at(deadline):
                instance = await pool.acquire()
        except TimeoutError:
            return refusal(429, NO_INSTANCE)
        except StartFailed as error:
            return refusal(503, str(error))
        try:
            async with asyncio.timeout_at(deadline):
                return await instance.send(session, method, path, headers, body)
        except TimeoutError:
            return refusal(504, TIMED_OUT)
        finally:
            pool.release(instance)


def _new_session() -> aiohttp.ClientSession:
    """A connection for each request, so that a dead instance cannot look like a stale connection."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=NOT_AUTOMATIC,
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None),
    )
