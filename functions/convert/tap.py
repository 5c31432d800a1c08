"""Sound that is read while ffmpeg writes it: a named pipe in the conversion's own folder, and who listens."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# A long pipe wakes writer and reader less often; a megabyte is what the kernel lets anybody have.
_PIPE_BYTES = _CHUNK_BYTES = 1 << 18
_LOOK_EVERY_MS = 200


@contextlib.contextmanager
def tapped(path: Path, listen: Callable[[bytes], None]) -> Iterator[None]:
    """Make the pipe, and give every chunk that is written into it to `listen`, in a thread.

    Leaving waits until everything that was written has been heard. What `listen` raised is raised then; the
    rest is read all the same, so that no writer is held up.
    """
    os.mkfifo(path, 0o600)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with contextlib.suppress(PermissionError):  # where many pipes are open, the kernel's own size must do
        fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    over = threading.Event()
    failures: list[Exception] = []
    thread = threading.Thread(target=_read, args=(reader, listen, over, failures), name="tap", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        os.close(reader)
        path.unlink()
    if failures:
        raise failures[0]


def _read(
    reader: int, listen: Callable[[bytes], None], over: threading.Event, failures: list[Exception]
) -> None:
    """Until the writer has closed its end, or is over without ever having opened it."""
    ready = select.poll()
    ready.register(reader, select.POLLIN)
    while True:
        if not ready.poll(_LOOK_EVERY_MS):
            if over.is_set():
                return
            continue
        chunk = os.read(reader, _CHUNK_BYTES)
        if not chunk:
            return
        try:
            if not failures:
                listen(chunk)
        except Exception as failure:  # noqa: BLE001  # handed to the thread that waits for us
            failures.append(failure)
