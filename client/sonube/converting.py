"""`sonube convert`: many files at once, with bars for people and JSON lines for scripts."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from sonube.batch import Batch, Outcome, Stopped, Stopper, Wish
from sonube.completion import names_of
from sonube.connection import signed_in
from sonube.display import Bars, Silence

INTERRUPTED = 130
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--to", shell_complete=names_of("formats"), help="A format that `sonube formats` lists.")
@click.option("--preset", shell_complete=names_of("presets"), help="A preset that `sonube formats` lists.")
@click.option("-o", "--option", "pairs", multiple=True, metavar="NAME=VALUE", help="As in bitRateKbps=192.")
@click.option("--out", type=FOLDER, help="Folder for the results; each file's own if not given.")
@click.option("--overwrite", is_flag=True, help="Replace files of the results' names.")
@click.option("--parallel", default=4, show_default=True, type=click.IntRange(1, 32), help="Files at a time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line per file on standard output.")
def convert(
    files: tuple[Path, ...],
    *,
    to: str | None,
    preset: str | None,
    pairs: tuple[str, ...],
    out: Path | None,
    parallel: int,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Convert FILES. The exit status is 0 only if all of them succeeded."""
    if not to and not preset:
        raise click.UsageError("Say what the files are to become: --to FORMAT, --preset NAME, or both.")
    stopper = Stopper()
    wish = Wish(to, preset, dict(_pair(pair) for pair in pairs), out, overwrite)
    quiet = as_json or not sys.stderr.isatty()
    reporter = Silence() if quiet else Bars(files, Console(stderr=True))
    batch = Batch(signed_in(stopper.sleep), signed_in(), stopper, wish, reporter, parallel)
    begun = time.monotonic()
    try:
        outcomes = _run(batch, files, reporter, as_json=as_json)
    except (KeyboardInterrupt, Stopped):
        click.echo("Stopped. What was under way is cancelled; no file is half-written.", err=True)
        sys.exit(INTERRUPTED)
    done = sum(outcome.error is None for outcome in outcomes)
    if not quiet:
        click.echo(f"{done} of {len(files)} converted in {time.monotonic() - begun:.1f} s.", err=True)
    sys.exit(0 if done == len(files) else 1)


def _run(batch: Batch, files: tuple[Path, ...], reporter: Bars | Silence, *, as_json: bool) -> list[Outcome]:
    """Results are told as they come; with bars on the screen, afterwards and in the files' order."""
    outcomes = []
    with reporter:
        for outcome in batch.run(files):
            reporter.ended(outcome.number, well=outcome.error is None)
            outcomes.append(outcome)
            if isinstance(reporter, Silence):
                _tell(outcome, as_json=as_json)
    if isinstance(reporter, Bars):
        for outcome in sorted(outcomes, key=lambda outcome: outcome.number):
            _tell(outcome, as_json=False)
    return outcomes


def _tell(outcome: Outcome, *, as_json: bool) -> None:
    """One line per file: results to standard output, errors to standard error."""
    error = outcome.error
    if as_json:
        line = {
            "file": str(outcome.file),
            "task": outcome.task_id,
            "results": [str(result) for result in outcome.results],
            "error": {"code": error.code, "message": error.message, "hint": error.hint} if error else None,
        }
        click.echo(json.dumps(line, ensure_ascii=False))
    elif error:
        click.secho(f"{outcome.file}: {error} [{error.code}]", err=True, fg="red")
    else:
        for result in outcome.results:
            click.echo(result)


def _pair(text: str) -> tuple[str, Any]:
    """`bitRateKbps=192` → a name and a JSON value."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE.", param_hint="--option")
    try:
        return name, json.loads(value, parse_constant=str)
    except ValueError:
        return name, value
