"""Runs a local cloud until a signal."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from localcloud.cloud import AlreadyRunning, LocalCloud
from localcloud.faults.plan import InvalidPlan
from localcloud.network.ports import PortTaken
from localcloud.run.instance import StartFailed
from localcloud.settings import Settings, parse_settings
from localcloud.welcome import welcome
from tools.cleanup.ending import end_with_parent, not_ignored

if TYPE_CHECKING:
    from localcloud.run.spec import LogLine


def _print(text: str) -> None:
    try:
        print(text, flush=True)  # noqa: T201  # what `make run` shows
    except OSError:
        # The terminal is closed, or the pipe has no reader: continue without output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_line(line: LogLine) -> None:
    _print(line.text)


def _drop(line: LogLine) -> None:
    """Discard what is written: there is no reader."""


async def serve(settings: Settings) -> None:
    """Run until a signal; it ends a start-up, too. Further ones do not disturb the stop."""
    serving = asyncio.create_task(_serve(settings))
    signalled = asyncio.Event()
    for number in not_ignored():
        asyncio.get_running_loop().add_signal_handler(number, signalled.set)
    waiting = asyncio.create_task(signalled.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def _serve(settings: Settings) -> None:
    async with LocalCloud(settings, _drop if settings.quiet else _print_line) as cloud:
        _print(welcome(settings, cloud))
        await asyncio.Event().wait()


def main() -> int:
    """Entry point; an error that the user can fix is one line, without a stack trace."""
    end_with_parent()
    try:
        asyncio.run(serve(parse_settings()))
    except (AlreadyRunning, InvalidPlan, PortTaken, StartFailed) as error:
        print(f"localcloud: {error}", file=sys.stderr)  # noqa: T201  # as above
        return 1
    return 0
