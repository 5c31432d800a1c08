"""Lets one file of a run ask first, so that a request that is wrong for every file is refused once."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from sonube.errors import InvalidRequest, SonubeError, Unauthenticated, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sonube.task import Task

# Fields of a request that are the same for all files of a run.
_SHARED_FIELDS = ("newFormat", "preset", "options", "outputs")
_NO_SERVICE = frozenset({"bad_address", "unexpected_answer"})


class RunRefused(Exception):
    """No file of the run can be converted; nothing was uploaded.

    Attributes:
        is_usage: whether the command line is wrong, and not the service or the session.
    """

    def __init__(self, error: SonubeError) -> None:
        super().__init__(str(error))
        self.error = error
        self.is_usage = isinstance(error, InvalidRequest)


@dataclass(slots=True)
class Admission:
    """Creates the first task alone, and the others once it has been accepted."""

    _lock: Lock = field(default_factory=Lock)
    _accepted: bool = False
    _refusal: SonubeError | None = None

    def create(self, ask: Callable[[], Task]) -> Task:
        """Create a task.

        Raises:
            RunRefused: the request is wrong for every file.
            SonubeError: it is wrong for this one.
        """
        if self._is_open():
            return ask()
        with self._lock:
            if self._refusal:
                raise RunRefused(self._refusal)
            if not self._is_open():
                return self._first(ask)
        return ask()

    def _is_open(self) -> bool:
        return self._accepted

    def _first(self, ask: Callable[[], Task]) -> Task:
        try:
            task = ask()
        except SonubeError as error:
            if not _concerns_all(error):
                raise
            self._refusal = error
            raise RunRefused(error) from error
        self._accepted = True
        return task


def _concerns_all(error: SonubeError) -> bool:
    if isinstance(error, InvalidRequest):
        return error.field.startswith(_SHARED_FIELDS)
    return isinstance(error, Unauthenticated | Unreachable) or error.code in _NO_SERVICE
