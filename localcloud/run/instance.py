"""One instance of a service: a process in a session of its own that answers HTTP on a port."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import deque
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from localcloud.network.ports import free_port
from localcloud.run.messages import BROKEN, Response, end_to_end, refusal
from localcloud.run.processes import family, kill_family, wait_until_gone
from localcloud.run.spec import LogLine, LogSink, ServiceSpec
from localcloud.settings import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.run.reaper import Reaper

# functions-framework answers this path itself, so that asking for it runs no function.
READY_PATH = "/favicon.ico"
READY_EVERY_S = 0.02
LAST_LINES = 20
# Cloud Logging's limit for one entry.
LINE_MAX_BYTES = 256 * 1024
CHUNK_BYTES = 64 * 1024
# What an instance wrote last is still in the pipe when it ends; what it left behind may hold that open.
DRAIN_S = 0.5
# Between SIGKILL and the end of a process.
GONE_S = 10.0
# A broken connection is noticed earlier than the end of its process.
NOTICED_S = 1.0


class StartFailed(RuntimeError):
    """An instance did not come up; the text says why, with its last lines."""


class State(Enum):
    """An instance's life."""

    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    ENDED = "ended"


class Instance:
    """A process; the caller counts its requests in `active`.

    Attributes:
        pid: leader of its session and process group; 0 before it has one.
        active: requests that it serves now.
        served: requests that it has answered.
    """

    def __init__(self, spec: ServiceSpec, sink: LogSink, reaper: Reaper) -> None:
        self._spec, self._sink, self._reaper = spec, sink, reaper
        self.port = spec.port
        self.pid = self.active = self.served = 0
        self.state = State.STARTING
        self._ended = asyncio.Event()
        self._last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self._watch: asyncio.Task[None] | None = None

    async def start(self, session: aiohttp.ClientSession) -> None:
        """Return once it answers HTTP.

        Raises:
            StartFailed: it ended, or did not answer in time, and has been ended.
        """
        self.port = self.port or free_port()
        try:
            process = await asyncio.create_subprocess_exec(
                *self._spec.argv_at(self.port),
                cwd=self._spec.cwd,
                env={**self._spec.env, "PORT": str(self.port)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            self.state = State.ENDED
            raise StartFailed(f"{self._spec.name}: {error}") from error
        self.pid = process.pid
        self._reaper.watch(self.pid)
        self._watch = asyncio.create_task(self._supervise(process))
        try:
            await self._answer(session)
        except asyncio.CancelledError:
            await self.kill()
            raise
        self.state = State.READY

    async def _answer(self, session: aiohttp.ClientSession) -> None:
        try:
            async with asyncio.timeout(self._spec.startup_s):
                while not await self._answers(session):
                    if self._ended.is_set():
                        raise self._start_failed("ended before it answered")
                    await asyncio.sleep(READY_EVERY_S)
        except TimeoutError:
            await self.kill()
            raise self._start_failed(f"did not answer within {self._spec.startup_s:g} s") from None

    def _start_failed(self, what: str) -> StartFailed:
        said = "".join(f"\n  {line}" for line in self._last_lines) or " It wrote nothing."
        return StartFailed(f"{self._spec.name}: an instance {what}.{said}")

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.head(f"http://{HOST}:{self.port}{READY_PATH}"):
                return True
        except (aiohttp.ClientError, OSError):
            return False

    async def send(
        self,
        session: aiohttp.ClientSession,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> Response:
        """Have it answer one request; 503 if it dies before that. The deadline is the caller's."""
        url = URL(f"http://{HOST}:{self.port}{path}", encoded=True)
        try:
            async with session.request(
                method, url, data=body or None, headers=end_to_end(headers), allow_redirects=False
            ) as answer:
                whole = await answer.read()
                return Response(answer.status, end_to_end(answer.headers), whole)
        except (aiohttp.ClientError, OSError):
            # If it died, that is known before it could be given the next request.
            with suppress(TimeoutError):
                async with asyncio.timeout(NOTICED_S):
                    await self._ended.wait()
            return refusal(503, BROKEN)
        finally:
            self.served += 1

    async def stop(self) -> None:
        """TERM to its group, KILL to its family after the grace; returns when it has ended."""
        if self.state is State.ENDED or not self.pid:
            return
        self.state = State.STOPPING
        known = family(self.pid)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._spec.grace_s):
                await self._ended.wait()
        # What it started in sessions of their own may have outlived it: on the platform they end with it.
        await self._await_end(kill_family(self.pid, known))

    async def kill(self) -> None:
        """SIGKILL, as when the platform takes an instance away; returns when it has ended."""
        if self.pid and self.state is not State.ENDED:
            await self._await_end(kill_family(self.pid))

    async def _await_end(self, killed: frozenset[int]) -> None:
        await self._ended.wait()
        await asyncio.to_thread(wait_until_gone, killed, GONE_S)

    async def ended(self) -> None:
        """Return once it has ended, for any reason."""
        await self._ended.wait()

    async def _supervise(self, process: asyncio.subprocess.Process) -> None:
        pump = asyncio.create_task(self._pump(process))
        await process.wait()
        kill_family(self.pid)
        await asyncio.wait([pump], timeout=DRAIN_S)
        pump.cancel()
        self._reaper.forget(self.pid)
        self.state = State.ENDED
        self._ended.set()

    async def _pump(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout  # noqa: S101  # a pipe: see start
        rest = b""
        while chunk := await process.stdout.read(CHUNK_BYTES):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > LINE_MAX_BYTES:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._line(line)
        if rest:
            self._line(rest)

    def _line(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip("\r")
        self._last_lines.append(text)
        self._sink(LogLine(self._spec.name, self.pid, text))
