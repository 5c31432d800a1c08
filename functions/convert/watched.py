"""Makes calls in a thread, so that neither a slow network nor a slow decoder delays the end of an attempt."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    Result = TypeVar("Result")

# A cancelled task is noticed within this and the interval of the lease's writes.
_POLL_S = 0.5


class _Abandoned(Exception):
    """No one waits for the bytes. Not an OSError, because client libraries would retry that."""


class _Target:
    """Passes writes on, until it is abandoned."""

    def __init__(self, into: BinaryIO) -> None:
        self._into = into
        self.is_abandoned = False

    def write(self, data: bytes) -> int:
        if self.is_abandoned:
            raise _Abandoned
        return self._into.write(data)


def watched(call: Callable[[], Result], check: Callable[[], None]) -> Result:
    """Return what a call returns, and call `check` at least every half second until then.

    An exception from either is raised at once. After one from `check`, the call ends with its request.
    """
    check()
    results: list[Result] = []
    failures: list[Exception] = []
    thread = threading.Thread(target=_run, args=(call, results, failures), name="watched", daemon=True)
    thread.start()
    thread.join(_POLL_S)
    while thread.is_alive():
        check()
        thread.join(_POLL_S)
    if failures:
        raise failures[0]
    return results[0]


def fetch_watched(write_to: Callable[[BinaryIO], None], into: BinaryIO, check: Callable[[], None]) -> None:
    """Let `write_to` write into a file, as `watched` does; after an exception, it ends at its next write."""
    target = _Target(into)
    try:
        watched(partial(write_to, cast("BinaryIO", target)), check)
    except BaseException:
        target.is_abandoned = True
        raise


def _run(call: Callable[[], Result], results: list[Result], failures: list[Exception]) -> None:
    try:
        results.append(call())
    except Exception as failure:  # noqa: BLE001  # raised in the thread that waits for this one
        failures.append(failure)
