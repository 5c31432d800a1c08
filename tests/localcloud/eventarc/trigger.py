"""An Eventarc that delivers to a real HTTP server."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import aiohttp

from localcloud.database import Database
from localcloud.eventarc.dispatch import Eventarc
from localcloud.eventarc.retries import RetryPolicy
from localcloud.storage.store.stored_object import StoredObject
from tests.localcloud.background import Background

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.eventarc.outbox import Counts, QueuedEvent

FAST = RetryPolicy(min_backoff_s=0.05, max_backoff_s=0.2, max_attempts=3)
CREATED = 1743752582.791775


def stored(name: str = "song.wav", **fields: Any) -> StoredObject:
    values = {
        "bucket": "music",
        "name": name,
        "generation": 1743752582769318,
        "metageneration": 1,
        "size": 4154,
        "crc32c": "bDHMlw==",
        "md5": "Kr0K4JjwIK6Jti0BdqkxXQ==",
        "component_count": None,
        "time_created": CREATED,
        "updated": CREATED,
        "blob": "1",
        "content_type": "audio/wav",
    }
    return StoredObject(**{**values, **fields})


class Trigger:
    """Runs from `start` to `stop`; the database outlives both."""

    def __init__(self, directory: Path, url: str, **options: Any) -> None:
        self.database = Database(directory / "cloud.db")
        self._url = url
        self._options = {"retry": FAST, "now": self.now, **options}
        self._background = Background()
        self.ahead_s = 0.0
        self.start()

    def now(self) -> float:
        return time.time() + self.ahead_s

    def start(self) -> None:
        self._background.run(self._start())

    async def _start(self) -> None:
        self.eventarc = Eventarc(self.database, self._deliver, **self._options)
        self._run = asyncio.create_task(self.eventarc.run())

    async def _deliver(self, headers: dict[str, str], body: bytes) -> int:
        async with (
            aiohttp.ClientSession() as session,
            session.post(self._url, data=body, headers=headers) as response,
        ):
            return response.status

    def stop(self) -> None:
        self._background.run(self._stop())

    async def _stop(self) -> None:
        self._run.cancel()
        with suppress(asyncio.CancelledError):
            await self._run

    def record(self, *objects: StoredObject) -> None:
        async def on_the_loop() -> None:
            for each in objects:
                with self.database.transaction():
                    self.eventarc.record(each)

        self._background.run(on_the_loop())

    def record_and_roll_back(self, each: StoredObject) -> None:
        async def on_the_loop() -> None:
            with suppress(RuntimeError), self.database.transaction():
                self.eventarc.record(each)
                raise RuntimeError

        self._background.run(on_the_loop())

    def counts(self) -> Counts:
        async def on_the_loop() -> Counts:
            return self.eventarc.counts()

        return self._background.run(on_the_loop())

    def dead_letters(self) -> list[QueuedEvent]:
        async def on_the_loop() -> list[QueuedEvent]:
            return self.eventarc.dead_letters()

        return self._background.run(on_the_loop())

    def close(self) -> None:
        self.stop()
        self._background.close()
        self.database.close()
