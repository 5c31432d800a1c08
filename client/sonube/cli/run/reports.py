"""Reports how each file ended: a line for people, or a JSON line for scripts."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from sonube.cli.run.progress import NoProgress, ProgressBars
from sonube.cli.run.stopping import Stopped
from sonube.errors import one_line
from sonube.naming import one_line_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from sonube.cli.run.batch import Outcome

_TOLD_OF_ERRORS = {"code": "code", "message": "message", "hint": "hint", "requestId": "request_id"}


def report_outcomes(
    outcomes: Generator[Outcome, None, None], reporter: ProgressBars | NoProgress, *, as_json: bool = False
) -> tuple[list[Outcome], bool]:
    """Report every outcome; return them, and whether Ctrl-C stopped the run.

    Results are printed as they arrive; with progress bars, at the end and in the order of the files.
    """
    ended: list[Outcome] = []
    stopped = False
    try:
        with reporter, closing(outcomes):
            for outcome in outcomes:
                ended.append(outcome)
                reporter.ended(outcome.number, well=outcome.error is None)
                if isinstance(reporter, NoProgress):
                    _tell(outcome, as_json=as_json)
    except (KeyboardInterrupt, Stopped):
        stopped = True
    if isinstance(reporter, ProgressBars):
        for outcome in sorted(ended, key=lambda outcome: outcome.number):
            _tell(outcome, as_json=False)
    return ended, stopped


def _tell(outcome: Outcome, *, as_json: bool) -> None:
    """One line per file: results to standard output, errors and notes to standard error."""
    error = outcome.error
    if as_json:
        line = {
            "file": str(outcome.file),
            "task": outcome.task_id,
            "results": [str(result) for result in outcome.results],
            "notes": [asdict(note) for note in outcome.notes],
            "verdicts": [asdict(verdict) for verdict in outcome.verdicts],
            "error": error and {key: getattr(error, name) for key, name in _TOLD_OF_ERRORS.items()},
        }
        # ASCII, because a name may hold bytes that are not UTF-8.
        click.echo(json.dumps(line))
    elif error:
        told = one_line(error)
        if not told.startswith((f"{outcome.file}: ", f"{outcome.file} ")):
            told = f"{one_line_of(outcome.file)}: {told}"
        click.secho(told, err=True, fg="red")
    else:
        for result in outcome.results:
            click.echo(result)
        for verdict in outcome.verdicts:
            about = outcome.results[verdict.output] if verdict.output < len(outcome.results) else outcome.file
            colour = "green" if verdict.meets else "yellow"
            click.secho(f"{one_line_of(about)}: {verdict.message}", err=True, fg=colour)
        for note in outcome.notes:
            has_path = note.output is not None and note.output < len(outcome.results)
            about = outcome.results[note.output or 0] if has_path else outcome.file
            click.secho(f"{one_line_of(about)}: note: {note.message}", err=True, fg="yellow")
