"""Pauses a child while the consumer of its output falls behind."""

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
    """Pauses and resumes the running child, if there is one. Its deadline does not move."""

    _is_paused: bool = False
    _child: subprocess.Popen[bytes] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def pause(self) -> None:
        """Stop the child, or the next one as soon as it starts."""
        self._set(is_paused=True)

    def resume(self) -> None:
        """Let the child continue."""
        self._set(is_paused=False)

    @contextlib.contextmanager
    def controlling(self, child: subprocess.Popen[bytes]) -> Iterator[None]:
        """Control this child while the body runs, which must not reap it: its pid has to stay its own."""
        with self._lock:
            self._child = child
            if self._is_paused:
                self._signal()
        try:
            yield
        finally:
            with self._lock:
                self._child = None

    def _set(self, *, is_paused: bool) -> None:
        with self._lock:
            if is_paused is not self._is_paused:
                self._is_paused = is_paused
                self._signal()

    def _signal(self) -> None:
        if self._child:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGSTOP if self._is_paused else signal.SIGCONT)
