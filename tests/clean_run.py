"""A run of pytest leaves no process behind, and no file outside the clone."""

from __future__ import annotations

import shutil
import signal
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, NoReturn

import pytest

from localcloud.run.processes import PROC, started_with_tmpdir, wait_until_gone
from tools.cleanup.ending import end_with_parent, not_ignored
from tools.cleanup.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PREFIX = "sonube-tests-"
# How long processes may take to end by themselves after the last test.
ENDING_S = "ending_timeout_s"
# The folders of the last run's failed tests, until the next run ends.
KEPT = "build/failed-tests"


def add_option(parser: pytest.Parser) -> None:
    """Let a test of this module wait less."""
    parser.addini(ENDING_S, "seconds for processes to end after the last test", default="60")


class CleanRun:
    """A plugin for the process that the user has started; xdist's workers inherit its TMPDIR."""

    def __init__(self, config: pytest.Config) -> None:
        self._stack = ExitStack()
        self._temporary = self._stack.enter_context(temporary_folder(PREFIX))
        config.add_cleanup(self._stack.close)
        self._kept = config.rootpath / KEPT
        self._ending_s = float(config.getini(ENDING_S))
        end_with_parent()
        for number in not_ignored():
            if number != signal.SIGINT:  # pytest's own
                signal.signal(number, _interrupt)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that left processes, and keep the folders of failed tests until the next run."""
        lines = [] if session.exitstatus == pytest.ExitCode.INTERRUPTED else list(self._left())
        if lines:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        _remove_kept(self._kept)
        if session.exitstatus == pytest.ExitCode.TESTS_FAILED:
            self._temporary.keep_folder()
            kept = _linked(self._kept, self._temporary.folder)
            lines.append(f"{kept} has the folders of the failed tests.")
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter and lines:
            reporter.ensure_newline()
            for line in lines:
                reporter.write_line(line, red=True)

    def _left(self) -> Iterator[str]:
        folder = str(self._temporary.folder)
        wait_until_gone(started_with_tmpdir(folder), self._ending_s)
        for pid in started_with_tmpdir(folder):
            with suppress(OSError):
                command = (
                    (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
                yield f"The tests left a process running: {pid} {command}"


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _remove_kept(link: Path) -> None:
    if link.is_symlink():
        folder = link.resolve()
        if folder.name.startswith(PREFIX):
            shutil.rmtree(folder, ignore_errors=True)
        link.unlink(missing_ok=True)


def _linked(link: Path, folder: Path) -> Path:
    with suppress(OSError):  # a clone that is read-only
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(folder)
        return link
    return folder
