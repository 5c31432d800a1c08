"""`sonube convert`: many files at once, with progress bars for people and JSON lines for scripts."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sonube.cli.batch import Batch, ConversionRequest, Stopper
from sonube.cli.completion import names_of
from sonube.cli.connection import signed_in
from sonube.cli.interrupts import INTERRUPTED
from sonube.cli.progress import ProgressBars, progress_reporter
from sonube.cli.reports import report_outcomes

if TYPE_CHECKING:
    from sonube.client import Sonube

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--to", shell_complete=names_of("formats"), help="Output format; see `sonube formats`.")
@click.option("--preset", shell_complete=names_of("presets"), help="Preset; see `sonube formats`.")
@click.option(
    "-o",
    "--option",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    help="Option of the format, such as bitRateKbps=192.",
)
@click.option("--track", metavar="TRACK", help="Audio track: its number, from 1, or a language such as en.")
@click.option("--out", type=FOLDER, help="Folder for the results. Default: the folder of each file.")
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
@click.option("--resume", is_flag=True, help="Skip files whose result exists.")
@click.option("--parallel", default=4, show_default=True, type=click.IntRange(1, 32), help="Files at a time.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per file.")
def convert(
    files: tuple[Path, ...],
    *,
    to: str | None,
    preset: str | None,
    pairs: tuple[str, ...],
    track: str | None,
    out: Path | None,
    parallel: int,
    overwrite: bool,
    resume: bool,
    as_json: bool,
) -> None:
    """Convert FILES. The exit status is 0 only if all files were converted."""
    if not to and not preset:
        raise click.UsageError("Give --to FORMAT, --preset NAME, or both.")
    if resume and overwrite:
        raise click.UsageError(
            "--resume keeps existing results, --overwrite replaces them. Use one of the two."
        )
    options = dict(_pair(pair) for pair in pairs) | ({"track": track} if track else {})
    stopper = Stopper()
    service = signed_in(stopper.sleep)
    request = ConversionRequest(
        to, preset, options, out, overwrite, _ending(service, to, preset) if resume else None
    )
    reporter = progress_reporter([file.name for file in files], silent=as_json)
    begun = time.monotonic()
    batch = Batch(service, signed_in(), stopper, request, reporter, parallel)
    ended, stopped = report_outcomes(batch.run(files), reporter, as_json=as_json)
    done = sum(outcome.error is None for outcome in ended)
    if stopped:
        click.echo(
            f"Stopped: {done} of {len(files)} converted. {_left(batch)} To continue, add --resume.", err=True
        )
        sys.exit(INTERRUPTED)
    if isinstance(reporter, ProgressBars):
        click.echo(f"{done} of {len(files)} converted in {time.monotonic() - begun:.1f} s.", err=True)
    sys.exit(0 if done == len(files) else 1)


def _left(batch: Batch) -> str:
    """What Ctrl-C left behind, here and at the service."""
    if not batch.left:
        return "Running tasks were cancelled; no file is incomplete."
    return f"No file is incomplete. Some tasks could not be cancelled; run: sonube rm {' '.join(batch.left)}."


def _ending(service: Sonube, to: str | None, preset: str | None) -> str | None:
    """The extension of results; None for an unknown format, which the service will refuse."""
    listed = service.formats()
    presets = {entry["name"]: entry["format"] for entry in listed["presets"]}
    endings = {entry["name"]: entry["extension"] for entry in listed["formats"]}
    return endings.get(to or presets.get(preset))


def _pair(text: str) -> tuple[str, Any]:
    """`bitRateKbps=192` → a name and a JSON value."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{text!r} does not have the form NAME=VALUE.", param_hint="--option")
    try:
        return name, json.loads(value, parse_constant=str)
    except ValueError:
        return name, value
