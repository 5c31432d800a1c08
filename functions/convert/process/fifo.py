"""Sound that is read while ffmpeg writes it: a named pipe in the conversion's own folder, and who listens."""

from __future__ import annotations

import contextlib
import os
import select
import threading
from typing import TYPE_CHECKING

from .pipes import lengthen, pace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_CHUNK_BYTES = 1 << 18
_LOOK_EVERY_MS = 200


@contextlib.contextmanager
def tapped(path: Path, listen: Callable[[memoryview], None]) -> Iterator[None]:
    """Make the pipe, and give every chunk that is written into it to `listen`, in a thread.

    Leaving waits until everything that was written has been heard. What `listen` raised is raised then; the
    rest is read all the same, so that no writer is held up. A chunk is `listen`'s until it returns.
    """
    os.mkfifo(path, 0o600)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    lengthen(reader)
    over, ear = threading.Event(), _FifoReader(listen)
    thread = threading.Thread(target=_read, args=(reader, ear, over), name="tap", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        os.close(reader)
        path.unlink()
    if ear.failure:
        raise ear.failure


class _FifoReader:
    """Collects what comes out of a pipe into chunks of one size: the same sound is always measured alike."""

    def __init__(self, listen: Callable[[memoryview], None]) -> None:
        self.failure: Exception | None = None
        self._listen = listen
        self._buffer = memoryview(bytearray(_CHUNK_BYTES))
        self._filled = 0

    def drain(self, reader: int) -> int | None:
        """Take all that is there; how many bytes that was, or None when no more will come."""
        taken = 0
        with contextlib.suppress(BlockingIOError):
            while size := os.readv(reader, [self._buffer[self._filled :]]):
                taken += size
                self._filled += size
                if self._filled == _CHUNK_BYTES:
                    self.hand_over()
            return taken or None
        return taken

    def hand_over(self) -> None:
        """Let the listener have what is there."""
        chunk, self._filled = self._buffer[: self._filled], 0
        try:
            if chunk and not self.failure:
                self._listen(chunk)
        except Exception as failure:  # noqa: BLE001  # handed to the thread that waits for us
            self.failure = failure


def _read(reader: int, ear: _FifoReader, over: threading.Event) -> None:
    """Until the writer has closed its end, or is over without ever having opened it."""
    pace = pace_of(reader)
    ready = select.poll()
    ready.register(reader, select.POLLIN)
    while True:
        if not ready.poll(_LOOK_EVERY_MS):
            if over.is_set():
                break
            continue
        taken = ear.drain(reader)
        if taken is None:
            break
        over.wait(pace.pause_s(taken))
    ear.hand_over()
