"""Lets Ctrl-C, which only the main thread sees, stop the threads of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event


class Stopped(Exception):
    """The user pressed Ctrl-C; a running file stops at its next step."""


@dataclass(frozen=True, slots=True)
class Stopper:
    """Stops the other threads, and their waits."""

    event: Event = field(default_factory=Event)

    def check(self) -> None:
        """Raise Stopped if Ctrl-C was pressed."""
        if self.event.is_set():
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Wait for the given time, or until Ctrl-C is pressed."""
        self.event.wait(seconds)
        self.check()
