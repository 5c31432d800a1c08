"""Converts many files at once: each through its own steps, each with its own outcome."""

from __future__ import annotations

import contextlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any, Protocol

from sonube.errors import SonubeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sonube.client import Sonube
    from sonube.task import Task


class Reporter(Protocol):
    """Hears how far each file is."""

    def step(self, number: int, what: str, done: float) -> None:
        """The file of this number is at this step, so much of it done (0 to 1)."""
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
    """

    to: str | None = None
    preset: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file ended: with results, or with an error."""

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
    """

    service: Sonube
    cleaner: Sonube
    stopper: Stopper
    wish: Wish
    reporter: Reporter
    parallel: int = 4

    def run(self, files: Sequence[Path]) -> Iterator[Outcome]:
        """Outcomes in the order in which the files end.

        Ctrl-C ends the rest: nothing half-written is left, and the tasks under way are cancelled.
        """
        pool = ThreadPoolExecutor(self.parallel, thread_name_prefix="sonube")
        meant = Counter(self._meant(file) for file in files)
        futures = [
            # Two files of one run never replace each other's results.
            pool.submit(
                self._one, number, file, overwrite=self.wish.overwrite and meant[self._meant(file)] == 1
            )
            for number, file in enumerate(files)
        ]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            self.stopper.event.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def _meant(self, file: Path) -> tuple[Path, str]:
        """Where its results will go, and how they will be called but for the ending."""
        return self._folder(file).absolute(), file.stem

    def _folder(self, file: Path) -> Path:
        return self.wish.folder or file.parent

    def _one(self, number: int, file: Path, *, overwrite: bool) -> Outcome:
        task: Task | None = None
        try:
            self.stopper.check()
            task = self.service.create(file, self.wish.to, preset=self.wish.preset, options=self.wish.options)
            results = self._steps(number, file, task, overwrite=overwrite)
        except SonubeError as error:
            return Outcome(number, file, task.id if task else None, error=error)
        except OSError as error:
            return Outcome(number, file, task.id if task else None, error=SonubeError("file", str(error)))
        except Stopped:
            if task:
                self._abandon(task)
            raise
        self.reporter.step(number, "done", 1.0)
        return Outcome(number, file, task.id, results)

    def _steps(self, number: int, file: Path, task: Task, *, overwrite: bool) -> tuple[Path, ...]:
        size = file.stat().st_size
        self.service.upload(task, file, lambda sent: self._report(number, "upload", sent / max(1, size)))
        done = self.service.wait(task.id, on_progress=lambda share: self._report(number, "convert", share))
        whole = max(1, done.outputs[0].size_bytes or 0)
        return tuple(
            self.service.download(
                done,
                self._folder(file),
                lambda got: self._report(number, "download", got / whole),
                overwrite=overwrite,
            )
        )

    def _report(self, number: int, what: str, done: float) -> None:
        self.stopper.check()
        self.reporter.step(number, what, done)

    def _abandon(self, task: Task) -> None:
        """Nobody waits for it any more: it must not cost a conversion. If that fails, it ends by itself."""
        with contextlib.suppress(SonubeError):
            self.cleaner.cancel(task.id)
