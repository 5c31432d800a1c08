"""Many concurrent users: each logs in, creates a task, gets it and lists; every request is timed."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

PASSWORD = "correct horse"  # noqa: S105  # of temporary accounts
# Sign-up is not part of the scenario: limited, because hashing passwords needs processor time.
CONCURRENT_SIGN_UPS = 8
TIMEOUT = aiohttp.ClientTimeout(total=300)
STEPS = ("log in", "create", "get", "list")


@dataclass
class Latencies:
    """The latencies and errors of one kind of request."""

    each_s: list[float] = field(default_factory=list)
    errors: int = 0
    elapsed_s: float = 0.0

    @property
    def rate(self) -> float:
        """Responses per second."""
        return len(self.each_s) / self.elapsed_s if self.elapsed_s else 0.0

    def percentile_ms(self, percent: int) -> float:
        """A percentile of the latencies."""
        return 1000 * statistics.quantiles(self.each_s, n=100)[percent - 1]


class LoadGenerator:
    """A number of concurrent users."""

    def __init__(self, url: str, users: int) -> None:
        self._url, self._emails = url, [f"user-{number}@example.com" for number in range(users)]
        self._found: dict[str, Latencies] = {}

    def sign_up(self) -> None:
        """Create the accounts."""
        asyncio.run(self._sign_up())

    def work(self) -> tuple[str, dict[str, Latencies]]:
        """Run all users; the body of one response to create, and the latencies of each step."""
        self._found = {step: Latencies() for step in STEPS}
        bodies = self._run_all(self._one_user)
        return next(body for body in bodies if body), self._found

    def request_baseline(self, url: str) -> Latencies:
        """The same number of users and requests, to a function that does nothing."""
        found = Latencies()
        self._found = {"bare": found}

        async def one_user(session: aiohttp.ClientSession, _: str) -> str:
            for _step in STEPS:
                await self._request(session, "bare", "POST", url, json={"filename": "song.wav"})
            return ""

        self._run_all(one_user)
        return found

    def _run_all(self, work: Callable[[aiohttp.ClientSession, str], Awaitable[str]]) -> list[str]:
        async def all_users() -> list[str]:
            connector = aiohttp.TCPConnector(limit=0)
            async with aiohttp.ClientSession(connector=connector, timeout=TIMEOUT) as session:
                return list(await asyncio.gather(*(work(session, email) for email in self._emails)))

        began = time.perf_counter()
        bodies = asyncio.run(all_users())
        for found in self._found.values():
            found.elapsed_s = time.perf_counter() - began
        return bodies

    async def _one_user(self, session: aiohttp.ClientSession, email: str) -> str:
        login = {"email": email, "password": PASSWORD}
        signed_in = await self._request(session, "log in", "POST", f"{self._url}/api/auth/login", json=login)
        headers = {"Authorization": f"Bearer {signed_in.get('idToken')}"}
        new = {"filename": "song.wav", "newFormat": "mp3"}
        url = f"{self._url}/api/tasks"
        created = await self._request(session, "create", "POST", url, json=new, headers=headers)
        await self._request(session, "get", "GET", f"{url}/{created.get('id')}", headers=headers)
        await self._request(session, "list", "GET", url, headers=headers)
        return str(created.get("text", ""))

    async def _request(
        self, session: aiohttp.ClientSession, step: str, method: str, url: str, **arguments: object
    ) -> Mapping[str, Any]:
        """One timed request; an error status or a missing response counts as an error."""
        began, found = time.perf_counter(), self._found[step]
        try:
            async with session.request(method, url, **arguments) as response:  # type: ignore[arg-type]  # aiohttp's own
                text = await response.text()
                found.errors += not response.ok
                return {**(await response.json() if response.ok else {}), "text": text}
        except (aiohttp.ClientError, TimeoutError):
            found.errors += 1
            return {}
        finally:
            found.each_s.append(time.perf_counter() - began)

    async def _sign_up(self) -> None:
        slots = asyncio.Semaphore(CONCURRENT_SIGN_UPS)

        async def one(session: aiohttp.ClientSession, email: str) -> None:
            account = {"email": email, "password": PASSWORD}
            async with slots, session.post(f"{self._url}/api/auth/signup", json=account) as response:
                response.raise_for_status()

        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            await asyncio.gather(*(one(session, email) for email in self._emails))
