"""Signals as supervisors send them: several times, of several kinds, at once."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.client.terminal import COMMAND, SLOWLY
from tests.signals import default_signals
from tests.sounds import write_long
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from sonube import Sonube
    from tests.client.terminal import Terminal


def _to_child_and_group(running: subprocess.Popen[bytes]) -> None:
    """As `timeout -s INT` does."""
    running.send_signal(signal.SIGINT)
    os.killpg(running.pid, signal.SIGINT)


def _of_two_kinds(running: subprocess.Popen[bytes]) -> None:
    """As a terminal that is closed while a service manager stops its session."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        running.send_signal(number)


def _a_burst(running: subprocess.Popen[bytes]) -> None:
    """As a key that is held down."""
    for _ in range(20):
        running.send_signal(signal.SIGINT)
        os.sched_yield()


@pytest.mark.parametrize(
    "press", [_to_child_and_group, _of_two_kinds, pytest.param(_a_burst, marks=pytest.mark.wide)]
)
def test_one_press_that_arrives_several_times_cancels_the_tasks(
    terminal: Terminal, service: Sonube, press: Callable[[subprocess.Popen[bytes]], None]
) -> None:
    write_long(terminal.folder / "long.wav")

    with (
        default_signals(),
        subprocess.Popen(
            [*COMMAND, "convert", "long.wav", *SLOWLY],
            cwd=terminal.folder,
            env=terminal.environment,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as running,
    ):
        wait_until(lambda: any(task.state == "CONVERTING" for task in service.tasks()), child=running)
        press(running)
        _, shown = running.communicate(timeout=HANG_S)

    assert (running.returncode, b"Running tasks were cancelled" in shown) == (130, True), shown
    tasks = list(service.tasks())
    assert [task.state for task in tasks] == ["CANCELLED"], [task.raw for task in tasks]
