"""Converts many files at once. Each file has its own steps and its own outcome."""

from __future__ import annotations

import errno
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any, Protocol

import requests

from sonube.errors import SonubeError, as_sonube_error
from sonube.naming import likely_name

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    from sonube.client import Sonube
    from sonube.task import Note, Task

# Errors on our side: the service continues, and keeps the result.
_LEAVES_RESULT = frozenset({"file", "still_running", "unreachable"})


class Reporter(Protocol):
    """Receives the progress of each file."""

    def step(self, number: int, what: str, done: float) -> None:
        """File `number` is in step `what`, of which the share `done` (0 to 1) is finished."""
        ...

    def stopping(self) -> None:
        """Ctrl-C: running files are being stopped."""
        ...


class Stopped(Exception):
    """The user pressed Ctrl-C; a running file stops at its next step."""


@dataclass(frozen=True, slots=True)
class Stopper:
    """Lets Ctrl-C stop the other threads, and their waits."""

    event: Event = field(default_factory=Event)

    def check(self) -> None:
        """Raise Stopped if Ctrl-C was pressed."""
        if self.event.is_set():
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Wait for the given time, or until Ctrl-C is pressed."""
        self.event.wait(seconds)
        self.check()


@dataclass(frozen=True, slots=True)
class ConversionRequest:
    """What to convert the files of a run to, and where the results go.

    Attributes:
        folder: folder of the results; None: the folder of each file.
        resumed: with --resume, the extension of results: a file whose result exists is skipped. Else None.
    """

    to: str | None = None
    preset: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    overwrite: bool = False
    resumed: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file ended: with results or an error. `task_id` is None if no task was created."""

    number: int
    file: Path
    task_id: str | None
    results: tuple[Path, ...] = ()
    error: SonubeError | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """One run over many files.

    Attributes:
        service: its waits end at Ctrl-C.
        cleaner: the same service, for cancelling tasks after Ctrl-C.
        parallel: number of files at a time.
        left: ids of tasks that could not be cancelled.
    """

    service: Sonube
    cleaner: Sonube
    stopper: Stopper
    request: ConversionRequest
    reporter: Reporter
    parallel: int = 4
    left: list[str] = field(default_factory=list)

    def run(self, files: Sequence[Path]) -> Generator[Outcome, None, None]:
        """Yield outcomes in the order in which the files end.

        Ctrl-C stops the rest: no incomplete file is left, and running tasks are cancelled.
        """
        pool = ThreadPoolExecutor(self.parallel, thread_name_prefix="sonube")
        meant = Counter(self._meant(file) for file in files)
        # Two files of one run never replace or reuse each other's results.
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
        """The folder of its results, and their name without the extension."""
        return self._folder(file).absolute(), file.stem

    def _folder(self, file: Path) -> Path:
        return self.request.folder or file.parent

    def _one(self, number: int, file: Path, *, alone: bool) -> Outcome:
        task: Task | None = None
        try:
            self.stopper.check()
            there = self._already_there(file) if alone else None
            if there:
                return Outcome(number, file, None, (there,))
            _make_writable(self._folder(file))
            task = self.service.create(
                file, self.request.to, preset=self.request.preset, options=self.request.options
            )
            results, notes = self._steps(number, file, task, overwrite=self.request.overwrite and alone)
        except (SonubeError, OSError) as error:
            return Outcome(number, file, task.id if task else None, error=as_sonube_error(error))
        except Stopped:
            if task:
                self._abandon(task)
            raise
        self.reporter.step(number, "done", 1.0)
        return Outcome(number, file, task.id, results, notes=notes)

    def _already_there(self, file: Path) -> Path | None:
        """The result of an earlier run."""
        if self.request.resumed is None:
            return None
        target = self._folder(file) / likely_name(file, self.request.resumed)
        return target if target.is_file() and target.stat().st_size else None

    def _steps(
        self, number: int, file: Path, task: Task, *, overwrite: bool
    ) -> tuple[tuple[Path, ...], tuple[Note, ...]]:
        size = file.stat().st_size
        self.service.upload(task, file, lambda sent: self._report(number, "upload", sent / max(1, size)))
        try:
            done = self.service.wait(
                task.id, on_progress=lambda share: self._report(number, "convert", share)
            )
            return tuple(self._download(number, done, self._folder(file), overwrite=overwrite)), done.notes
        except (SonubeError, OSError) as error:
            left = as_sonube_error(error)
            if left.code in _LEAVES_RESULT:
                left.hint = f"{left.hint} Run `sonube get {task.id}` later to download the result.".strip()
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
        """Cancel a task that no one waits for any more; one that has ended stays as it is."""
        try:
            self.cleaner.cancel(task.id)
        except SonubeError as error:
            if error.status != requests.codes.conflict:
                self.left.append(task.id)


def _make_writable(folder: Path) -> None:
    """Create the folder and check that it is writable, before the conversion costs anything.

    Raises:
        OSError: it is not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
