"""Retries: the one loop, and the waits between its attempts."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FIRST_WAIT_S, LONGEST_WAIT_S = 0.05, 1.0

T = TypeVar("T")


def backoff(first_s: float = FIRST_WAIT_S, longest_s: float = LONGEST_WAIT_S) -> Iterator[float]:
    """Waits that double up to the longest, each with full jitter: a random part of it."""
    wait_s = first_s
    while True:
        yield random.uniform(0, wait_s)  # noqa: S311  # jitter, not a secret
        wait_s = min(2 * wait_s, longest_s)


def until(deadline: float, waits: Iterable[float]) -> Iterator[float]:
    """These waits, as long as `time.monotonic()` has not reached the deadline."""
    for wait_s in waits:
        if time.monotonic() > deadline:
            return
        yield wait_s


def retry(
    call: Callable[[], T],
    is_transient: Callable[[Exception], bool],
    waits: Iterable[float],
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """The result of `call`, which is repeated after each of `waits` while its error is transient.

    Raises:
        Exception: the last error, when there are no waits left or the error is not transient.
    """
    remaining = iter(waits)
    while True:
        try:
            return call()
        except Exception as error:
            wait_s = next(remaining, None) if is_transient(error) else None
            if wait_s is None:
                raise
        sleep(wait_s)
