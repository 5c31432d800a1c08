"""`python -m tests.localcloud.storage.serve DIRECTORY`: Cloud Storage in a process, which prints its port."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aiohttp import web

from localcloud.database import Database
from localcloud.storage.app import storage_app

LIFETIME_S = 600  # it ends by itself if its test does not end it


async def serve(directory: Path) -> None:
    """Serve until killed, or for `LIFETIME_S`."""
    database = Database(directory / "state.sqlite")
    database.declare("CREATE TABLE IF NOT EXISTS events (name TEXT, generation INTEGER)")
    app = storage_app(
        database,
        directory / "blobs",
        {},
        lambda stored: void(
            database.write("INSERT INTO events VALUES (?, ?)", (stored.name, stored.generation))
        ),
    )
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.sleep(LIFETIME_S)
    await runner.cleanup()


def void(_: object) -> None:
    """Drop a result that a callback may not have."""


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
