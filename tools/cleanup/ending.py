"""Ends a program by a signal, or when its parent has ended, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from tools.cleanup.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Ctrl-C, `kill`, and a terminal that is closed.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The pid of the parent with which a program has to end: POSIX does not end children by itself.
PARENT = "SONUBE_PARENT"
POLL_S = 0.5
INTERRUPTED = 130


@contextmanager
def clean_run(prefix: str) -> Iterator[Path]:
    """Run a program in a temporary folder, its TMPDIR, and leave no file there and no process.

    The first of `SIGNALS`, and the end of the parent that `SONUBE_PARENT` names, end it with status 130. The
    user's `.netrc` does not matter: requests would replace our tokens by its passwords.
    """
    os.environ["NETRC"] = os.devnull
    end_with_parent()
    try:
        with _interrupt_once(), temporary_folder(prefix) as temporary:
            yield temporary.folder
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None


def end_with_parent() -> None:
    """Send this process SIGTERM once the parent that `SONUBE_PARENT` names has ended in any way."""
    parent = os.environ.pop(PARENT, "")
    if parent:
        threading.Thread(target=_watch, args=[int(parent)], name="parent", daemon=True).start()


def not_ignored() -> tuple[signal.Signals, ...]:
    """Return those of `SIGNALS` that this program does not ignore, as under `nohup` or `&` in a script."""
    return tuple(number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN)


@contextmanager
def _interrupt_once() -> Iterator[None]:
    """Let the first signal raise KeyboardInterrupt; a second one must not stop the cleaning up."""
    before = {number: signal.getsignal(number) for number in not_ignored()}

    def interrupt(*_: object) -> NoReturn:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in before:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_S)
    os.kill(os.getpid(), signal.SIGTERM)
