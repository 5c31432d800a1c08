"""`sonube convert`: many files at once, with progress bars for people and JSON lines for scripts."""

from __future__ import annotations

import pathlib
import sys
import time
from typing import TYPE_CHECKING

import click

from sonube.cli.completion import names_of
from sonube.cli.connection import signed_in
from sonube.cli.interrupts import INTERRUPTED
from sonube.cli.run.admission import RunRefused
from sonube.cli.run.batch import Batch
from sonube.cli.run.items import DASH, items_of
from sonube.cli.run.progress import ProgressBars, progress_reporter
from sonube.cli.run.quotes import print_quotes
from sonube.cli.run.reports import report_outcomes
from sonube.cli.run.request import ConversionRequest, known_forms, options_of, tags_of
from sonube.cli.run.stopping import Stopper
from sonube.errors import one_line

if TYPE_CHECKING:
    from pathlib import Path

FILE = click.Path(exists=True, readable=True, allow_dash=True, path_type=pathlib.Path)
FOLDER = click.Path(file_okay=False, allow_dash=True, path_type=pathlib.Path)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@click.option(
    "--to",
    metavar="FORMAT",
    multiple=True,
    shell_complete=names_of("formats"),
    help="Output format; see `sonube formats`. Repeat it for several.",
)
@click.option(
    "--preset", metavar="NAME", shell_complete=names_of("presets"), help="Preset; see `sonube formats`."
)
@click.option(
    "-o",
    "--option",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    help="Option of the format, such as bitRateKbps=192 or startS=1:30.",
)
@click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="NAME=VALUE",
    help="Tag of the results, such as artist=Ana. Repeat it for several values; NAME= removes the tag.",
)
@click.option("--track", metavar="TRACK", help="Audio track: its number, from 1, or a language such as en.")
@click.option(
    "--out",
    metavar="FOLDER",
    type=FOLDER,
    help="Folder for the results; - for standard output. Default: the folder of each file.",
)
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
@click.option("--resume", is_flag=True, help="Skip files whose result exists.")
@click.option(
    "--parallel",
    metavar="N",
    default=4,
    show_default=True,
    type=click.IntRange(1, 32),
    help="Files at a time.",
)
@click.option("--quote", "only_quote", is_flag=True, help="Print what it would cost, and convert nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per file.")
def convert(
    files: tuple[Path, ...],
    *,
    to: tuple[str, ...],
    preset: str | None,
    pairs: tuple[str, ...],
    tags: tuple[str, ...],
    track: str | None,
    out: Path | None,
    parallel: int,
    overwrite: bool,
    resume: bool,
    only_quote: bool,
    as_json: bool,
) -> None:
    """Convert each FILE, the audio files of a folder, or - for standard input.

    The exit status is 0 only if all files were converted.
    """
    _check(to, preset, out, overwrite=overwrite, resume=resume, as_json=as_json)
    options = options_of(pairs) | ({"track": track} if track else {})
    options |= {"tags": tags_of(tags)} if tags else {}
    stopper = Stopper()
    service, items = signed_in(stopper.sleep), items_of(files, out)
    formats = tuple(dict.fromkeys(to))
    request = ConversionRequest(
        formats, preset, options, overwrite, known_forms(service, formats, preset) if resume else None
    )
    if only_quote:
        print_quotes(service, items, request, parallel, as_json=as_json)
        return
    if len(formats) > 1 and items[0].folder is None:
        raise click.UsageError("Only one result fits into standard output. Give one --to, or --out FOLDER.")
    reporter = progress_reporter([item.file.name for item in items], silent=as_json)
    begun = time.monotonic()
    batch = Batch(service, signed_in(), stopper, request, reporter, parallel)
    try:
        ended, stopped = report_outcomes(batch.run(items), reporter, as_json=as_json)
    except RunRefused as refusal:
        click.secho(f"Error: {one_line(refusal.error)}", err=True, fg="red")
        sys.exit(2 if refusal.is_usage else 1)
    done = sum(outcome.error is None for outcome in ended)
    if stopped:
        click.echo(
            f"Stopped: {done} of {len(items)} converted. {_left(batch)} To continue, add --resume.", err=True
        )
        sys.exit(INTERRUPTED)
    if batch.left:
        click.echo(_left(batch), err=True)
    if isinstance(reporter, ProgressBars):
        click.echo(f"{done} of {len(items)} converted in {time.monotonic() - begun:.1f} s.", err=True)
    sys.exit(0 if done == len(items) else 1)


def _check(
    to: tuple[str, ...],
    preset: str | None,
    out: Path | None,
    *,
    overwrite: bool,
    resume: bool,
    as_json: bool,
) -> None:
    """Raise click.UsageError for options that are missing or contradict each other."""
    if not to and not preset:
        raise click.UsageError("Give --to FORMAT, --preset NAME, or both.")
    if resume and overwrite:
        raise click.UsageError(
            "--resume keeps existing results, --overwrite replaces them. Use one of the two."
        )
    if out == DASH and (resume or as_json):
        raise click.UsageError("With --out -, standard output holds the result: omit --resume and --json.")


def _left(batch: Batch) -> str:
    """What Ctrl-C left behind, here and at the service."""
    if not batch.left:
        return "Running tasks were cancelled; no file is incomplete."
    return f"No file is incomplete. Some tasks could not be cancelled; run: sonube rm {' '.join(batch.left)}."
