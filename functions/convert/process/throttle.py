"""Stops a child for a while, and lets it go on: for whoever cannot keep up with what it writes."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator


@dataclass
class Throttle:
    """Works on the child that is under way, if one is; its deadline goes on meanwhile."""

    _pressed: bool = False
    _child: subprocess.Popen[bytes] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def press(self, *, pressed: bool) -> None:
        """Stop it, or let it go on."""
        with self._lock:
            if pressed is not self._pressed:
                self._pressed = pressed
                self._tell()

    @contextlib.contextmanager
    def on(self, child: subprocess.Popen[bytes]) -> Iterator[None]:
        """Be this child's brake while the body runs, which must not reap it: its number stays its own."""
        with self._lock:
            self._child = child
            if self._pressed:
                self._tell()
        try:
            yield
        finally:
            with self._lock:
                self._child = None

    def _tell(self) -> None:
        if self._child:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGSTOP if self._pressed else signal.SIGCONT)
