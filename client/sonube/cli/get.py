"""`sonube get`: downloads the results of tasks, and waits for those that are still running."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sonube.cli.batch import Outcome
from sonube.cli.connection import signed_in
from sonube.cli.convert import FOLDER
from sonube.cli.interrupts import INTERRUPTED
from sonube.cli.progress import NoProgress, ProgressBars, progress_reporter
from sonube.cli.reports import report_outcomes
from sonube.errors import SonubeError, as_sonube_error

if TYPE_CHECKING:
    from collections.abc import Generator

    from sonube.client import Sonube

# An id may begin with a dash: treat unknown options as ids.
IDS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


@click.command(context_settings=IDS)
@click.argument("task_ids", nargs=-1, required=True, metavar="TASK...")
@click.option("--out", default=".", type=FOLDER, help="Folder for the results.")
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
def get(task_ids: tuple[str, ...], out: Path, *, overwrite: bool) -> None:
    """Download the results of each TASK.

    Waits for tasks that are still running.
    """
    service = signed_in()
    reporter = progress_reporter(task_ids)
    outcomes = _fetched(service, task_ids, out, reporter, overwrite=overwrite)
    ended, stopped = report_outcomes(outcomes, reporter)
    if stopped:
        click.echo("Stopped. No file is incomplete.", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(1 if any(outcome.error for outcome in ended) else 0)


def _fetched(
    service: Sonube,
    task_ids: tuple[str, ...],
    out: Path,
    reporter: ProgressBars | NoProgress,
    *,
    overwrite: bool,
) -> Generator[Outcome, None, None]:
    """One task after the other; the next one follows even if one fails."""

    def fetch(number: int, task_id: str) -> Outcome:
        task = service.wait(task_id, on_progress=lambda share: reporter.step(number, "convert", share))
        whole = max(1, task.outputs[0].size_bytes or 0)

        results = service.download(
            task,
            out,
            lambda got: reporter.step(number, "download", min(1.0, got / whole)),
            overwrite=overwrite,
        )
        return Outcome(number, Path(task_id), task_id, tuple(results), notes=task.notes)

    for number, task_id in enumerate(task_ids):
        try:
            yield fetch(number, task_id)
        except (SonubeError, OSError) as error:
            yield Outcome(number, Path(task_id), task_id, error=as_sonube_error(error))
