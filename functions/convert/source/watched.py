"""Fetches in a thread, so that neither a slow network nor a slow decoder delays the end of an attempt."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Callable

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


def fetch_watched(write_to: Callable[[BinaryIO], None], into: BinaryIO, check: Callable[[], None]) -> None:
    """Let `write_to` write into a file, and call `check` at least every half second.

    An exception from either is raised at once. After one from `check`, the thread ends at its next write, or
    when its network request fails.
    """
    check()
    target, failures = _Target(into), list[Exception]()
    thread = threading.Thread(target=_run, args=(write_to, target, failures), name="fetch", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_POLL_S)
            check()
    except BaseException:
        target.is_abandoned = True
        raise
    if failures:
        raise failures[0]


def _run(write_to: Callable[[BinaryIO], None], target: _Target, failures: list[Exception]) -> None:
    try:
        write_to(cast("BinaryIO", target))
    except Exception as failure:  # noqa: BLE001  # raised in the thread that waits for this one
        failures.append(failure)
