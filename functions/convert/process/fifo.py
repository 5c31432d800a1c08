"""Reads what ffmpeg writes into a named pipe, in a thread, while ffmpeg runs."""

from __future__ import annotations

import contextlib
import os
import select
import threading
from typing import TYPE_CHECKING

from .polling import enlarge_pipe, pipe_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_CHUNK_BYTES = 1 << 18
_POLL_MS = 200


@contextlib.contextmanager
def reading_fifo(path: Path, on_chunk: Callable[[memoryview], None]) -> Iterator[None]:
    """Create the fifo and pass everything that is written into it to `on_chunk`, in a thread.

    A chunk is valid until `on_chunk` returns. On exit, wait until everything written was read, then raise
    what `on_chunk` raised. After such an error the rest is still read, so that the writer is not blocked.
    """
    os.mkfifo(path, 0o600)
    pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    enlarge_pipe(pipe)
    body_ended, reader = threading.Event(), _ChunkReader(pipe, on_chunk)
    thread = threading.Thread(target=_read_all, args=(reader, body_ended), name="fifo", daemon=True)
    thread.start()
    try:
        yield
    finally:
        body_ended.set()
        thread.join()
        os.close(pipe)
        path.unlink()
    if reader.failure:
        raise reader.failure


class _ChunkReader:
    """Collects a pipe's bytes into chunks of one size, so that the same audio always measures the same."""

    def __init__(self, pipe: int, on_chunk: Callable[[memoryview], None]) -> None:
        self.pipe = pipe
        self.failure: Exception | None = None
        self._on_chunk = on_chunk
        self._buffer = memoryview(bytearray(_CHUNK_BYTES))
        self._filled = 0

    def read_available(self) -> int | None:
        """Read what is in the pipe; return how many bytes, or None at its end."""
        read_bytes = 0
        with contextlib.suppress(BlockingIOError):
            while size := os.readv(self.pipe, [self._buffer[self._filled :]]):
                read_bytes += size
                self._filled += size
                if self._filled == _CHUNK_BYTES:
                    self.flush()
            return read_bytes or None
        return read_bytes

    def flush(self) -> None:
        """Pass on the bytes collected so far."""
        chunk, self._filled = self._buffer[: self._filled], 0
        try:
            if chunk and not self.failure:
                self._on_chunk(chunk)
        except Exception as failure:  # noqa: BLE001  # raised in the thread that waits for this one
            self.failure = failure


def _read_all(reader: _ChunkReader, body_ended: threading.Event) -> None:
    """Read until the writer closes its end, or until the body has ended without any writer."""
    interval = pipe_interval(reader.pipe)
    poll = select.poll()
    poll.register(reader.pipe, select.POLLIN)
    while True:
        if not poll.poll(_POLL_MS):
            if body_ended.is_set():
                break
            continue
        read_bytes = reader.read_available()
        if read_bytes is None:
            break
        body_ended.wait(interval.next_s(read_bytes))
    reader.flush()
