"""Writes a child's standard input in a thread, and kills a child with its whole process group."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
from typing import TYPE_CHECKING, BinaryIO, cast

from .polling import enlarge_pipe, pipe_interval

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator


# For a writer whose child has ended, and which may be waiting for the network.
_GRACE_S = 2.0


class StdinClosed(Exception):
    """The child reads no more. Not an OSError, because client libraries would retry that."""


class _StdinWriter:
    """The child's standard input as a binary file: `write` takes everything, at the child's speed."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._interval = pipe_interval(pipe.fileno())
        self._moved_bytes = 0
        os.set_blocking(pipe.fileno(), False)

    def write(self, data: bytes) -> int:
        rest = memoryview(data)
        try:
            while rest:
                written = self._pipe.write(rest) or 0
                self._moved_bytes += written
                rest = rest[written:]
                if rest:
                    time.sleep(self._interval.next_s(self._moved_bytes))
                    self._moved_bytes = 0
        except (BrokenPipeError, ValueError) as error:  # it ended, or we closed the pipe
            raise StdinClosed from error
        return len(data)

    def flush(self) -> None:
        """Raise StdinClosed if the child reads no more; there is no buffer to flush."""
        poll = select.poll()
        poll.register(self._pipe, 0)
        if poll.poll(0):
            raise StdinClosed


@contextlib.contextmanager
def writing_stdin(
    child: subprocess.Popen[bytes], write_stdin: Callable[[BinaryIO], None] | None
) -> Iterator[None]:
    """Run `write_stdin` on the child's standard input in a thread while the body runs.

    At the end, raise what `write_stdin` raised: the child's result is worthless then.
    """
    if write_stdin is None or child.stdin is None:
        yield
        return
    enlarge_pipe(child.stdin.fileno())
    failures: list[Exception] = []
    thread = threading.Thread(target=_write, args=(child, write_stdin, failures), name="stdin", daemon=True)
    thread.start()
    try:
        yield
    finally:
        # A thread that is waiting to write into the pipe wakes up when the child is gone. One that is waiting
        # for the bucket is left behind: it ends at its next write.
        kill_group(child)
        thread.join(_GRACE_S)
    if failures:
        raise failures[0]


def _write(
    child: subprocess.Popen[bytes], write_stdin: Callable[[BinaryIO], None], failures: list[Exception]
) -> None:
    pipe = cast("BinaryIO", child.stdin)
    try:
        write_stdin(cast("BinaryIO", _StdinWriter(pipe)))
    except StdinClosed:
        pass
    except Exception as failure:  # noqa: BLE001  # raised in the thread that waits for the child
        failures.append(failure)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    finally:
        with contextlib.suppress(OSError):
            pipe.close()


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill the child and everything it started; do nothing if it was reaped before.

    The child is reaped last. Until then its pid, which is also the group's id, cannot be reused.
    """
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
