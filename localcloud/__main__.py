"""`python -m localcloud`: a local Sonube until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

from localcloud.cloud import AlreadyRunning, LocalCloud
from localcloud.faults.plan import InvalidPlan
from localcloud.network.ports import PortTaken
from localcloud.run.instance import StartFailed
from localcloud.settings import Settings, parse_settings
from localcloud.welcome import welcome

if TYPE_CHECKING:
    from localcloud.run.spec import LogLine


def _print(line: LogLine) -> None:
    print(line.text, flush=True)  # noqa: T201  # the functions' own log lines


def _drop(line: LogLine) -> None:
    """Quiet: nobody reads it."""


async def serve(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with LocalCloud(settings, _drop if settings.quiet else _print) as cloud:
        print(welcome(settings, cloud), flush=True)  # noqa: T201  # what `make run` shows
        await stop.wait()


def main() -> int:
    """Entry point; what can be mended by whoever started it is one line, not a stack trace."""
    try:
        asyncio.run(serve(parse_settings()))
    except (AlreadyRunning, InvalidPlan, PortTaken, StartFailed) as error:
        print(f"localcloud: {error}", file=sys.stderr)  # noqa: T201  # as above
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
