"""The `sonube` command: log in, convert files, look at tasks."""

from __future__ import annotations

import json
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sonube.batch import Batch, Outcome
from sonube.client import Sonube
from sonube.display import Bars, Silence
from sonube.errors import SonubeError
from sonube.sessions import fresh_token, load, log_in, save, session_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DEFAULT_URL = "http://127.0.0.1:8080"
INTERRUPTED = 130
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


class Commands(click.Group):
    """Every SonubeError becomes one red line and exit status 1, never a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # click's own signature
        """Run the subcommand."""
        try:
            return super().invoke(ctx)
        except SonubeError as error:
            raise click.ClickException(f"{error} [{error.code}]") from error


@click.group(cls=Commands)
@click.version_option(package_name="sonube")
def main() -> None:
    """Convert audio with a Sonube service."""


@main.command()
@click.option("--url", default=DEFAULT_URL, envvar="SONUBE_URL", show_default=True, help="The service.")
@click.option("--email", prompt="E-mail")
@click.option("--password", prompt="Password", hide_input=True, envvar="SONUBE_PASSWORD")
@click.option("--sign-up", is_flag=True, help="Create the account first.")
def login(url: str, email: str, password: str, *, sign_up: bool) -> None:
    """Log in; the session is kept in a file that only you can read."""
    file = session_file()
    save(log_in(url, email, password, sign_up=sign_up), file)
    click.echo(f"Logged in to {url} as {email}.")


@main.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--to", required=True, help="A format that `sonube formats` lists.")
@click.option("--option", "pairs", multiple=True, metavar="NAME=VALUE", help="Such as bitRateKbps=192.")
@click.option("--out", type=FOLDER, help="Folder for the results.")
@click.option("--parallel", default=4, show_default=True, type=click.IntRange(1, 32), help="Files at a time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line per file on standard output.")
def convert(
    files: tuple[Path, ...],
    to: str,
    pairs: tuple[str, ...],
    out: Path | None,
    parallel: int,
    *,
    as_json: bool,
) -> None:
    """Convert FILES. The exit status is 0 only if all of them succeeded."""
    options: dict[str, Any] = dict(_pair(pair) for pair in pairs)
    quiet = as_json or not sys.stderr.isatty()
    bars = None if quiet else Bars(files, Console(stderr=True))
    batch = Batch(_service(), to, options, out, bars or Silence(), parallel)
    try:
        outcomes = _run(batch, files, bars, as_json=as_json)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(0 if all(outcome.error is None for outcome in outcomes) else 1)


@main.command()
@click.option("--state", help="Only tasks in this state, such as PROCESSED.")
@click.option("--max", "most", default=20, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line per task.")
def tasks(state: str | None, most: int, *, as_json: bool) -> None:
    """List your tasks, newest first."""
    table = Table("id", "file", "to", "state", "created", box=None)
    for task, _ in zip(_service().tasks(state.upper() if state else None), range(most), strict=False):
        if as_json:
            click.echo(json.dumps(task.raw, ensure_ascii=False))
        formats = " ".join(output.format for output in task.outputs)
        table.add_row(
            task.id, escape(task.filename), formats, task.state, task.created_at[:16].replace("T", " ")
        )
    if not as_json:
        Console().print(table)


@main.command()
@click.argument("task_ids", nargs=-1, required=True)
@click.option("--out", default=".", type=FOLDER, help="Folder.")
def get(task_ids: tuple[str, ...], out: Path) -> None:
    """Download the results of tasks; waits for those that are still being converted."""
    service = _service()
    for task_id in task_ids:
        for result in service.download(service.wait(task_id), out):
            click.echo(result)


@main.command()
@click.argument("task_ids", nargs=-1, required=True)
def rm(task_ids: tuple[str, ...]) -> None:
    """Delete tasks and their files."""
    service = _service()
    for task_id in task_ids:
        service.delete(task_id)
        click.echo(f"deleted {task_id}")


@main.command()
@click.argument("name", required=False)
@click.option("--url", envvar="SONUBE_URL", help="The service; that of the session if not given.")
def formats(name: str | None, url: str | None) -> None:
    """List the output formats, or the options of one."""
    listed = Sonube(url or _known_url(), "").formats()["formats"]
    chosen = [entry for entry in listed if name in {None, entry["name"]}]
    if not chosen:
        valid = ", ".join(entry["name"] for entry in listed)
        raise SonubeError("unknown_format", f"{name} is not an output format. Valid: {valid}.")
    table = (
        Table("option", "values", "meaning", box=None)
        if name
        else Table("format", "codec", "lossless", box=None)
    )
    for entry in chosen:
        if not name:
            table.add_row(entry["name"], entry["codec"], "yes" if entry["lossless"] else "")
            continue
        for option, bound in entry["options"].items():
            table.add_row(option, _range(bound), bound["description"])
    Console().print(table)


@main.command(name="open")
def open_page() -> None:
    """Open the service's web page."""
    webbrowser.open(_known_url())


def _run(batch: Batch, files: Sequence[Path], bars: Bars | None, *, as_json: bool) -> list[Outcome]:
    if bars is None:
        return [_told(outcome, as_json=as_json) for outcome in batch.run(files)]
    with bars:
        outcomes = list(_marked(batch, files, bars))
    return [_told(outcome, as_json=False) for outcome in outcomes]


def _marked(batch: Batch, files: Sequence[Path], bars: Bars) -> Iterator[Outcome]:
    for outcome in batch.run(files):
        if outcome.error:
            bars.failed(outcome.file)
        yield outcome


def _told(outcome: Outcome, *, as_json: bool) -> Outcome:
    """One line per file: results to standard output, errors to standard error."""
    if as_json:
        error = {"code": outcome.error.code, "message": str(outcome.error)} if outcome.error else None
        results = [str(result) for result in outcome.results]
        line = {"file": str(outcome.file), "task": outcome.task_id, "results": results, "error": error}
        click.echo(json.dumps(line, ensure_ascii=False))
    elif outcome.error:
        click.echo(f"{outcome.file}: {outcome.error} [{outcome.error.code}]", err=True)
    else:
        for result in outcome.results:
            click.echo(result)
    return outcome


def _service() -> Sonube:
    file = session_file()
    return Sonube(load(file).url, lambda: fresh_token(file))


def _known_url() -> str:
    try:
        return load(session_file()).url
    except SonubeError:
        return DEFAULT_URL


def _pair(text: str) -> tuple[str, Any]:
    """`bitRateKbps=192` → a name and a JSON value."""
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE.", param_hint="--option")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _range(bound: Mapping[str, Any]) -> str:
    if "values" in bound:
        return " ".join(str(value) for value in bound["values"])
    if bound["type"] == "boolean":
        return "true false"
    return f"{bound['minimum']:g} … {bound['maximum']:g} {bound.get('unit', '')}".rstrip()
