"""How tests wait: for an event, never for a length of time. The one deadline is for what hangs.

No test asserts how long something took: a busy machine may take any time.
"""

from __future__ import annotations

import asyncio
import os
import select
import time
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

Result = TypeVar("Result")

# Nothing takes this long unless it hangs. Below pytest's own timeout, which says less about what is missing.
HANG_S = 300
HANG_MS = 1000 * HANG_S
_LOOK_S = 0.02
# The pause after a look is this multiple of what the look took, up to a limit: looks that call a service
# would otherwise keep it from the work that the test waits for.
_PAUSE, _MOST_S = 6, 0.5


def wait_until(
    condition: Callable[[], Result | None],
    missing: Callable[[], object] = str,
    *,
    child: subprocess.Popen[Any] | None = None,
) -> Result:
    """Wait for a condition and return what it returned.

    Args:
        condition: anything true ends the wait.
        missing: describes the state when the deadline has passed.
        child: the process that makes the condition true; if it ends before that, the wait fails at once.
    """
    end = time.monotonic() + HANG_S
    while True:
        began = time.monotonic()
        # Asked first: the child may end between the two questions, after it has made the condition true.
        has_ended = child is not None and child.poll() is not None
        if found := condition():
            return found
        if child and has_ended:
            raise AssertionError(f"{_last_words(child)}\n{missing()}")
        assert time.monotonic() < end, f"not within {HANG_S} s: {missing()}"
        time.sleep(min(max(_LOOK_S, _PAUSE * (time.monotonic() - began)), _MOST_S))


def _last_words(child: subprocess.Popen[Any]) -> str:
    """How a child has ended, and what of its output is still in its pipes."""
    output = b""
    for pipe in (child.stdout, child.stderr):
        # One of its own children may hold the pipe open.
        while pipe and select.select([pipe], [], [], 0)[0] and (piece := os.read(pipe.fileno(), 65_536)):
            output += piece
    return f"the process ended with {child.returncode}: {output.decode(errors='replace')}"


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition on an event loop, which keeps running."""
    end = time.monotonic() + HANG_S
    while not condition():
        assert time.monotonic() < end, f"not within {HANG_S} s"
        await asyncio.sleep(_LOOK_S)
