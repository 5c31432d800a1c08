"""Converts many files at once: each through its own steps, each with its own outcome."""

from __future__ import annotations

import errno
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any, Protocol

import requests

from sonube.errors import SonubeError, told
from sonube.naming import likely_name

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    from sonube.client import Sonube
    from sonube.task import Task

# Errors of this side alone: the service goes on, and keeps what it makes.
_LEAVES_RESULT = frozenset({"file", "still_running", "unreachable"})


class Reporter(Protocol):
    """Hears how far each file is."""

    def step(self, number: int, what: str, done: float) -> None:
        """The file of this number is at this step, so much of it done (0 to 1)."""
        ...

    def stopping(self) -> None:
        """What is under way is being ended."""
        ...


class Stopped(Exception):
    """The person pressed Ctrl-C; what was under way stops at its next step."""


@dataclass(frozen=True, slots=True)
class Stopper:
    """Lets Ctrl-C end what the other threads do, and wait for."""

    event: Event = field(default_factory=Event)

    def check(self) -> None:
        """Raise Stopped if it was pressed."""
        if self.event.is_set():
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Wait, but not any longer than until it is pressed."""
        self.event.wait(seconds)
        self.check()


@dataclass(frozen=True, slots=True)
class Wish:
    """What every file of a run is to become, and where.

    Attributes:
        folder: where results go; each file's own folder if None.
        resumed: the ending of results; a file that has one already is left out. None: no file is.
    """

    to: str | None = None
    preset: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    overwrite: bool = False
    resumed: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file ended: with results, or with an error. No task: it got no further, or had its result."""

    number: int
    file: Path
    task_id: str | None
    results: tuple[Path, ...] = ()
    error: SonubeError | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One run over many files.

    Attributes:
        service: waits with the stopper's `sleep`.
        cleaner: the same service for what is to be done after Ctrl-C.
        parallel: files under way at a time.
        left: ids of tasks that Ctrl-C could not cancel.
    """

    service: Sonube
    cleaner: Sonube
    stopper: Stopper
    wish: Wish
    reporter: Reporter
    parallel: int = 4
    left: list[str] = field(default_factory=list)

    def run(self, files: Sequence[Path]) -> Generator[Outcome, None, None]:
        """Outcomes in the order in which the files end.

        Ctrl-C ends the rest: nothing half-written is left, and the tasks under way are cancelled.
        """
        pool = ThreadPoolExecutor(self.parallel, thread_name_prefix="sonube")
        meant = Counter(self._meant(file) for file in files)
        # Two files of one run never replace each other's results, nor take them for their own.
        futures = [
            pool.submit(self._one, number, file, alone=meant[self._meant(file)] == 1)
            for number, file in enumerate(files)
        ]
        try:
            for future in as_completed(futures):
                yield future.result()
        except KeyboardInterrupt:
            self.reporter.stopping()
            raise
        finally:
            self.stopper.event.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def _meant(self, file: Path) -> tuple[Path, str]:
        """Where its results will go, and how they will be called but for the ending."""
        return self._folder(file).absolute(), file.stem

    def _folder(self, file: Path) -> Path:
        return self.wish.folder or file.parent

    def _one(self, number: int, file: Path, *, alone: bool) -> Outcome:
        task: Task | None = None
        try:
            self.stopper.check()
            there = self._already_there(file) if alone else None
            if there:
                return Outcome(number, file, None, (there,))
            _make_writable(self._folder(file))
            task = self.service.create(file, self.wish.to, preset=self.wish.preset, options=self.wish.options)
            results = self._steps(number, file, task, overwrite=self.wish.overwrite and alone)
        except (SonubeError, OSError) as error:
            return Outcome(number, file, task.id if task else None, error=told(error))
        except Stopped:
            if task:
                self._abandon(task)
            raise
        self.reporter.step(number, "done", 1.0)
        return Outcome(number, file, task.id, results)

    def _already_there(self, file: Path) -> Path | None:
        """The result of an earlier run."""
        if self.wish.resumed is None:
            return None
        target = self._folder(file) / likely_name(file, self.wish.resumed)
        return target if target.is_file() and target.stat().st_size else None

    def _steps(self, number: int, file: Path, task: Task, *, overwrite: bool) -> tuple[Path, ...]:
        size = file.stat().st_size
        self.service.upload(task, file, lambda sent: self._report(number, "upload", sent / max(1, size)))
        try:
            done = self.service.wait(
                task.id, on_progress=lambda share: self._report(number, "convert", share)
            )
            return tuple(self._download(number, done, self._folder(file), overwrite=overwrite))
        except (SonubeError, OSError) as error:
            left = told(error)
            if left.code in _LEAVES_RESULT:
                left.hint = f"{left.hint} `sonube get {task.id}` fetches the result later.".strip()
            raise left from error

    def _download(self, number: int, task: Task, folder: Path, *, overwrite: bool) -> list[Path]:
        whole = max(1, task.outputs[0].size_bytes or 0)
        return self.service.download(
            task,
            folder,
            lambda got: self._report(number, "download", got / whole),
            overwrite=overwrite,
        )

    def _report(self, number: int, what: str, done: float) -> None:
        self.stopper.check()
        self.reporter.step(number, what, done)

    def _abandon(self, task: Task) -> None:
        """Nobody waits for it any more: it must not cost a conversion. One that has ended stays as it is."""
        try:
            self.cleaner.cancel(task.id)
        except SonubeError as error:
            if error.status != requests.codes.conflict:
                self.left.append(task.id)


def _make_writable(folder: Path) -> None:
    """See before a conversion is paid for that its result can be kept.

    Raises:
        OSError: it cannot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
