"""Ctrl-C, `kill` and a closed terminal: the first signal stops cleanly, a later one immediately.

A supervisor may deliver one press twice: `timeout -s INT` signals its child, and then the process group.
A repeat within a second is the same press.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 130
# Longer than any relay of one press, shorter than a user's decision to press again.
SAME_PRESS_S = 1.0
# Windows has no SIGHUP.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


def install_handlers() -> None:
    """Turn each signal into a KeyboardInterrupt, except ignored ones (`nohup`)."""
    for number in _handled():
        signal.signal(number, _stop_in_order)
    atexit.register(_ignore)


def _ignore() -> None:
    """Keep a late repeat from ending Python, which restores the default handlers before it exits."""
    for number in _handled():
        signal.signal(number, signal.SIG_IGN)


def _handled() -> list[signal.Signals]:
    numbers = (getattr(signal, name) for name in _NAMES if hasattr(signal, name))
    return [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]


def _stop_in_order(_number: int, _frame: FrameType | None) -> None:
    pressed_at = time.monotonic()

    def again(_number: int, _frame: FrameType | None) -> None:
        if time.monotonic() - pressed_at >= SAME_PRESS_S:
            _stop_at_once()

    for number in _handled():
        signal.signal(number, again)
    raise KeyboardInterrupt


def _stop_at_once() -> None:
    # An ordinary exit would wait for threads that wait for a dead network.
    shown_cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
    sys.stderr.write(
        f"{shown_cursor}\nStopped at once. Tasks may still be running; a hidden .sonube-*.part may be left.\n"
    )
    sys.stderr.flush()
    os._exit(INTERRUPTED)
