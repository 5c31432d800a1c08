"""Writes a child's standard input while somebody else reads its output; ends children for good."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
from typing import TYPE_CHECKING, BinaryIO, cast

from .pipes import lengthen, pace_of

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator


class StdinClosed(Exception):
    """The child wants no more; not a connection's error, which a client library would try again."""


class _StdinWriter:
    """The child's end of the pipe, as something to write to: it takes everything, at the child's pace."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._pace = pace_of(pipe.fileno())
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
                    time.sleep(self._pace.pause_s(self._moved_bytes))
                    self._moved_bytes = 0
        except (BrokenPipeError, ValueError) as error:  # it ended, or was ended
            raise StdinClosed from error
        return len(data)

    def flush(self) -> None:
        """Nothing waits to be written; raise FedUp if nobody would read it."""
        watched = select.poll()
        watched.register(self._pipe, 0)
        if watched.poll(0):
            raise StdinClosed


@contextlib.contextmanager
def fed(child: subprocess.Popen[bytes], feed: Callable[[BinaryIO], None] | None) -> Iterator[None]:
    """Let `feed` write the child's standard input in a thread for as long as the body runs.

    What `feed` raised is raised at the end: the child's result is worth nothing then.
    """
    if feed is None or child.stdin is None:
        yield
        return
    lengthen(child.stdin.fileno())
    failures: list[Exception] = []
    thread = threading.Thread(target=_write, args=(child, feed, failures), name="feed", daemon=True)
    thread.start()
    try:
        yield
    finally:
        # A thread that waits to write into the pipe wakes up when the child is gone.
        kill_group(child)
        thread.join()
    if failures:
        raise failures[0]


def _write(
    child: subprocess.Popen[bytes], feed: Callable[[BinaryIO], None], failures: list[Exception]
) -> None:
    pipe = cast("BinaryIO", child.stdin)
    try:
        feed(cast("BinaryIO", _StdinWriter(pipe)))
    except StdinClosed:
        pass
    except Exception as failure:  # noqa: BLE001  # handed to the thread that waits for us
        failures.append(failure)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    finally:
        with contextlib.suppress(OSError):
            pipe.close()


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started; harmless when it is over.

    The child is reaped last: until then nobody else can have its number, which is the group's too.
    """
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
