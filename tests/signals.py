"""Signals as a terminal gives them: a script that starts the tests with `&` or `nohup` has some ignored."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What Python itself does with each; a child that is executed gets the system's default then.
_DEFAULTS: dict[signal.Signals, Callable[..., None] | signal.Handlers] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}


@contextmanager
def default_signals() -> Iterator[None]:
    """Processes started inside do not inherit that a signal is ignored. Start each that gets one this way."""
    before = {number: signal.signal(number, handler) for number, handler in _DEFAULTS.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
