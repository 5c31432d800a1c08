"""How tests wait: for an event, never for a length of time. The one deadline is for what hangs.

No test asserts how long something took: a busy machine may take any time.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

# Nothing takes this long unless it hangs. Below pytest's own timeout, which says less about what is missing.
HANG_S = 300
HANG_MS = 1000 * HANG_S
_LOOK_S = 0.02


def wait_until(condition: Callable[[], Result | None], missing: Callable[[], object] = str) -> Result:
    """Wait for a condition and return what it returned.

    Args:
        condition: anything true ends the wait.
        missing: describes the state when the deadline has passed.
    """
    end = time.monotonic() + HANG_S
    while not (found := condition()):
        assert time.monotonic() < end, f"not within {HANG_S} s: {missing()}"
        time.sleep(_LOOK_S)
    return found


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition on an event loop, which keeps running."""
    end = time.monotonic() + HANG_S
    while not condition():
        assert time.monotonic() < end, f"not within {HANG_S} s"
        await asyncio.sleep(_LOOK_S)
