"""Converts many files at once: each through its own steps, each with its own outcome."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any, Protocol

from sonube.errors import SonubeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sonube.client import Sonube


class Reporter(Protocol):
    """Hears how far each file is."""

    def step(self, file: Path, what: str, done: float) -> None:
        """The file is at this step, so much of it done (0 to 1)."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file ended: with results, or with an error."""

    file: Path
    task_id: str | None
    results: tuple[Path, ...]
    error: SonubeError | None


class Stopped(Exception):
    """The person pressed Ctrl-C; what was under way stops at its next step."""


@dataclass(slots=True)
class Batch:
    """One run over many files.

    Attributes:
        folder: where results go; each file's own folder if None.
        parallel: files under way at a time.
    """

    service: Sonube
    to: str
    options: Mapping[str, Any]
    folder: Path | None
    reporter: Reporter
    parallel: int = 4

    def run(self, files: Sequence[Path]) -> Iterator[Outcome]:
        """Outcomes in the order in which the files end; Ctrl-C ends the rest without half-written files."""
        stop = Event()
        pool = ThreadPoolExecutor(self.parallel, thread_name_prefix="sonube")
        futures = [pool.submit(self._one, file, stop) for file in files]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def _one(self, file: Path, stop: Event) -> Outcome:
        task_id: str | None = None
        try:
            task = self.service.create(file.name, self.to, options=self.options)
            task_id = task.id
            self.service.upload(task, file, _Counter(self, file, "upload", file.stat().st_size, stop))
            done = self.service.wait(task.id, on_progress=_Steps(self, file, stop))
            size = sum(output.size_bytes or 0 for output in done.outputs)
            counter = _Counter(self, file, "download", size, stop)
            results = self.service.download(done, self.folder or file.parent, counter)
        except SonubeError as error:
            return Outcome(file, task_id, (), error)
        except (Stopped, OSError) as error:
            return Outcome(file, task_id, (), SonubeError("stopped", str(error) or "Stopped."))
        self.reporter.step(file, "done", 1.0)
        return Outcome(file, task_id, tuple(results), None)


@dataclass(slots=True)
class _Counter:
    """Adds up bytes into a fraction."""

    batch: Batch
    file: Path
    what: str
    total: int
    stop: Event
    seen: int = 0

    def __call__(self, count: int) -> None:
        if self.stop.is_set():
            raise Stopped
        self.seen += count
        self.batch.reporter.step(self.file, self.what, min(1.0, self.seen / max(1, self.total)))


@dataclass(frozen=True, slots=True)
class _Steps:
    """Passes the service's own progress on."""

    batch: Batch
    file: Path
    stop: Event

    def __call__(self, progress: float) -> None:
        if self.stop.is_set():
            raise Stopped
        self.batch.reporter.step(self.file, "convert", progress)
