"""Converts many files at once. Each file has its own steps and its own outcome."""

from __future__ import annotations

import errno
import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import requests

from sonube.cli.run.admission import Admission, RunRefused
from sonube.cli.run.stopping import Stopped, Stopper
from sonube.errors import SonubeError, as_sonube_error
from sonube.naming import result_names

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from sonube.cli.run.items import Item
    from sonube.cli.run.request import ConversionRequest
    from sonube.client import Sonube
    from sonube.task import Note, Task, Verdict

# Errors on our side after the upload: the service continues, and keeps the result.
_LEAVES_RESULT = frozenset({"file", "still_running", "unreachable", "client_defect"})


class Reporter(Protocol):
    """Receives the progress of each file."""

    def step(self, number: int, what: str, done: float) -> None:
        """File `number` is in step `what`, of which the share `done` (0 to 1) is finished."""
        ...

    def stopping(self) -> None:
        """Ctrl-C: running files are being stopped."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file ended: with results or an error. `task_id` is None if no task was created."""

    number: int
    file: Path
    task_id: str | None
    results: tuple[Path, ...] = ()
    error: SonubeError | None = None
    notes: tuple[Note, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


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
    admission: Admission = field(default_factory=Admission)

    def run(self, items: Sequence[Item]) -> Generator[Outcome, None, None]:
        """Yield outcomes in the order in which the files end.

        Ctrl-C stops the rest: no incomplete file is left, and running tasks are cancelled.

        Raises:
            RunRefused: the request is wrong for every file.
        """
        pool = ThreadPoolExecutor(self.parallel, thread_name_prefix="sonube")
        try:
            meant = Counter(_meant(item) for item in items)
            # Two files of one run never replace or reuse each other's results.
            futures = [
                pool.submit(self._one, number, item, alone=meant[_meant(item)] == 1)
                for number, item in enumerate(items)
            ]
            for future in as_completed(futures):
                yield future.result()
        except KeyboardInterrupt:
            self.reporter.stopping()
            raise
        finally:
            self.stopper.event.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def _one(self, number: int, item: Item, *, alone: bool) -> Outcome:
        task: Task | None = None
        try:
            self.stopper.check()
            there = self._already_there(item) if alone else ()
            if there:
                return Outcome(number, item.file, None, there)
            if item.folder:
                _make_writable(item.folder)
            with item.open() as source:
                task = self.admission.create(lambda: self.service.create(source, **self.request.asked()))
                self.service.upload(
                    task, source, lambda sent: self._report(number, "upload", sent, source.size)
                )
        except (Stopped, RunRefused):
            self._abandon(task)
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, the other files go on
            # Our side failed, so nothing will arrive for this task.
            self._abandon(task)
            return Outcome(number, item.file, task.id if task else None, error=as_sonube_error(error))
        return self._result(number, item, task, overwrite=self.request.overwrite and alone)

    def _result(self, number: int, item: Item, task: Task, *, overwrite: bool) -> Outcome:
        try:
            done = self.service.wait(
                task.id, on_progress=lambda share: self._report(number, "convert", share)
            )
            results = self._download(number, item, done, overwrite=overwrite)
        except Stopped:
            self._abandon(task)
            raise
        except Exception as error:  # noqa: BLE001  # as above
            left = as_sonube_error(error)
            if left.code in _LEAVES_RESULT:
                left.hint = f"{left.hint} Run `sonube get {task.id}` later to download the result.".strip()
            return Outcome(number, item.file, task.id, error=left)
        self.reporter.step(number, "done", 1.0)
        return Outcome(number, item.file, task.id, tuple(results), notes=done.notes, verdicts=done.verdicts)

    def _already_there(self, item: Item) -> tuple[Path, ...]:
        """The results of an earlier run, if all of them are there."""
        if self.request.resumed is None or item.folder is None:
            return ()
        names = result_names(item.file.name, self.request.resumed)
        targets = tuple(item.folder / name for name in names)
        return targets if all(target.is_file() and target.stat().st_size for target in targets) else ()

    def _download(self, number: int, item: Item, task: Task, *, overwrite: bool) -> list[Path]:
        def report(got: int) -> None:
            self._report(number, "download", got, task.size_bytes)

        if item.folder is None:
            self.service.download_to(task, sys.stdout.buffer, report)
            return []
        return self.service.download(task, item.folder, report, overwrite=overwrite, source=item.file.name)

    def _report(self, number: int, what: str, done: float, whole: int = 1) -> None:
        self.stopper.check()
        self.reporter.step(number, what, min(1.0, done / max(1, whole)))

    def _abandon(self, task: Task | None) -> None:
        """Cancel a task that no one waits for any more; one that has ended stays as it is."""
        if task is None:
            return
        try:
            self.cleaner.cancel(task.id)
        except SonubeError as error:
            if error.status != requests.codes.conflict:
                self.left.append(task.id)


def _meant(item: Item) -> tuple[Path | None, str]:
    """The folder of its results, and their name without the extension."""
    return item.folder and item.folder.absolute(), item.file.stem


def _make_writable(folder: Path) -> None:
    """Create the folder and check that it is writable, before the conversion costs anything.

    Raises:
        OSError: it is not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
