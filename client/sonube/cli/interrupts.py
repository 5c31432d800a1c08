"""Ctrl-C, `kill` and a closed terminal: the first ends what is under way in good order, another at once."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 130
# Windows has no SIGHUP.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


def heed() -> None:
    """Make each of them a KeyboardInterrupt, but for those that somebody (`nohup`) has set to be ignored."""
    for number in _heeded():
        signal.signal(number, _in_order)


def _heeded() -> list[signal.Signals]:
    numbers = (getattr(signal, name) for name in _NAMES if hasattr(signal, name))
    return [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]


def _in_order(_number: int, _frame: FrameType | None) -> None:
    for number in _heeded():
        signal.signal(number, _at_once)
    raise KeyboardInterrupt


def _at_once(_number: int, _frame: FrameType | None) -> None:
    # Threads that wait for a dead network would keep the process from an ordinary end.
    shown_cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
    sys.stderr.write(
        f"{shown_cursor}\nEnded at once: tasks may go on, and a hidden .sonube-*.part be left.\n"
    )
    sys.stderr.flush()
    os._exit(INTERRUPTED)
