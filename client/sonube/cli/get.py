"""`sonube get`: downloads the results of tasks, and waits for those that are still running."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sonube.cli.connection import signed_in
from sonube.cli.convert import FOLDER
from sonube.cli.ids import TASKS, TaskCommand
from sonube.cli.interrupts import INTERRUPTED
from sonube.cli.run.batch import Outcome
from sonube.cli.run.items import DASH
from sonube.cli.run.progress import NoProgress, ProgressBars, progress_reporter
from sonube.cli.run.reports import report_outcomes
from sonube.errors import SonubeError, as_sonube_error

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from sonube.client import Sonube
    from sonube.task import Task


@click.command(cls=TaskCommand)
@TASKS
@click.option(
    "--out", metavar="FOLDER", default=".", type=FOLDER, help="Folder for the results; - for standard output."
)
@click.option("--as", "name", metavar="NAME", help="Name of the result, of one task with one result.")
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
def get(task_ids: tuple[str, ...], out: Path, name: str | None, *, overwrite: bool) -> None:
    """Download the results of each TASK.

    Waits for tasks that are still running.
    """
    _check(task_ids, out, name)
    service = signed_in()
    reporter = progress_reporter(task_ids)
    wanted = _Download(service, reporter, out, name, overwrite)
    ended, stopped = report_outcomes(wanted.run(task_ids), reporter)
    if stopped:
        click.echo("Stopped. No file is incomplete.", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(1 if any(outcome.error for outcome in ended) else 0)


def _check(task_ids: Sequence[str], out: Path, name: str | None) -> None:
    """Raise click.UsageError if the options do not suit the tasks."""
    if name and Path(name).name != name:
        raise click.UsageError("--as takes a name without a folder. Give the folder with --out.")
    if len(task_ids) > 1 and (name or out == DASH):
        raise click.UsageError("--as and --out - are for one task. Run the command once for each task.")
    if out == DASH and sys.stdout.isatty():
        raise click.UsageError("Standard output is a terminal. Redirect it to a file, or give --out FOLDER.")


@dataclass(frozen=True, slots=True)
class _Download:
    """What `get` asks for."""

    service: Sonube
    reporter: ProgressBars | NoProgress
    out: Path
    name: str | None
    overwrite: bool

    def run(self, task_ids: Sequence[str]) -> Generator[Outcome, None, None]:
        """One task after the other; the next one follows even if one fails."""
        for number, task_id in enumerate(task_ids):
            try:
                yield self._one(number, task_id)
            except Exception as error:  # noqa: BLE001  # whatever it is, the other tasks go on
                yield Outcome(number, Path(task_id), task_id, error=as_sonube_error(error))

    def _one(self, number: int, task_id: str) -> Outcome:
        def converting(share: float) -> None:
            self.reporter.step(number, "convert", share)

        task = self.service.wait(task_id, on_progress=converting)
        results = self._results(number, task)
        return Outcome(number, Path(task_id), task_id, tuple(results), notes=task.notes)

    def _results(self, number: int, task: Task) -> list[Path]:
        def downloading(got: int) -> None:
            self.reporter.step(number, "download", min(1.0, got / task.size_bytes))

        if len(task.outputs) > 1 and (self.name or self.out == DASH):
            message = f"The task has {len(task.outputs)} results. Omit --as, and give --out FOLDER."
            raise SonubeError("several_results", message)
        if self.out == DASH:
            self.service.download_to(task, sys.stdout.buffer, downloading)
            return []
        names = [self.name] if self.name else []
        return self.service.download(task, self.out, downloading, overwrite=self.overwrite, names=names)
