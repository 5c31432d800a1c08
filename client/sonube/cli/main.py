"""The `sonube` command and its subcommands."""

from __future__ import annotations

import json
import os
import sys
import webbrowser
from itertools import islice
from typing import Any

import click

from sonube.cli.completion import completion, names_of
from sonube.cli.connection import DEFAULT_URL, known_url, signed_in
from sonube.cli.convert import convert
from sonube.cli.get import get
from sonube.cli.help import HelpfulGroup
from sonube.cli.ids import TASKS, TaskCommand
from sonube.cli.interrupts import INTERRUPTED, install_handlers
from sonube.cli.own_account import own_account
from sonube.cli.tables import (
    default_table,
    format_table,
    option_table,
    preset_table,
    show,
    task_table,
    usage_table,
)
from sonube.cli.who import whoami
from sonube.client import Sonube
from sonube.encoding import print_any_text
from sonube.errors import SonubeError, as_sonube_error, one_line
from sonube.identity.toolkit import Toolkit
from sonube.naming import one_line_of
from sonube.sessions import log_in, save, session_file
from sonube.task import STATES
from sonube.version import VERSION

STATE = click.Choice(STATES, case_sensitive=False)
URL = click.option(
    "--url",
    metavar="URL",
    envvar="SONUBE_URL",
    help="Address of the service. Default: the one you are logged in to.",
)


class Commands(HelpfulGroup):
    """Turns a SonubeError into one line and exit status 1, and Ctrl-C into status 130."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # click's own signature
        """Run the subcommand."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # the reader of our output has closed it: click exits quietly
        except (SonubeError, OSError) as error:
            raise click.ClickException(one_line(as_sonube_error(error))) from error
        except (KeyboardInterrupt, click.Abort) as error:
            # Both Ctrl-C at a prompt and the end of standard input raise Abort; only the first is 130.
            if isinstance(error, click.Abort) and not isinstance(error.__context__, KeyboardInterrupt):
                raise
            click.echo("Stopped.", err=True)
            sys.exit(INTERRUPTED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="sonube")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Convert audio with a Sonube service."""
    install_handlers()
    print_any_text()
    if os.environ.get("NO_COLOR"):
        ctx.color = False


@main.command()
@click.option(
    "--url",
    metavar="URL",
    default=DEFAULT_URL,
    envvar="SONUBE_URL",
    show_default=True,
    help="Address of the service.",
)
@click.option("--email", metavar="EMAIL", prompt="E-mail", help="E-mail address of the account.")
@click.option(
    "--password",
    metavar="PASSWORD",
    envvar="SONUBE_PASSWORD",
    help="Prefer the prompt or SONUBE_PASSWORD: other users of this machine can see command lines.",
)
@click.option("--sign-up", is_flag=True, help="Create the account first.")
@click.option("--forgot", is_flag=True, help="Do not log in: request a mail to choose a new password.")
def login(url: str, email: str, password: str | None, *, sign_up: bool, forgot: bool) -> None:
    """Log in and save the session in a file that only you can read."""
    if forgot:
        Toolkit(url, tries=1).send_reset(email)
        click.echo(f"If there is an account for {email}, a mail is on its way. Open its link, then log in.")
        return
    save(log_in(url, email, password or _password(sign_up=sign_up), sign_up=sign_up), session_file())
    click.echo(f"Logged in to {url} as {email}.")


@main.command()
def logout() -> None:
    """Delete the saved session."""
    session_file().unlink(missing_ok=True)
    click.echo("Logged out.")


@main.command()
@click.option("--state", type=STATE, metavar="STATE", help="Only tasks in this state, such as PROCESSED.")
@click.option(
    "--max",
    "most",
    metavar="N",
    default=20,
    show_default=True,
    type=click.IntRange(1),
    help="Number of tasks.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def tasks(state: str | None, most: int, *, as_json: bool) -> None:
    """List your tasks, newest first."""
    listed = islice(signed_in().tasks(state), most)
    if as_json:
        for task in listed:
            click.echo(json.dumps(task.raw, ensure_ascii=False))
        return
    table = task_table(listed)
    if table.row_count:
        show(table)
    else:
        click.echo("No tasks.", err=True)


@main.command(cls=TaskCommand)
@TASKS
@click.option("-y", "--yes", is_flag=True, help="Do not ask, even on a terminal.")
def rm(task_ids: tuple[str, ...], *, yes: bool) -> None:
    """Delete each TASK and its files."""
    service = signed_in()
    if not yes and sys.stdin.isatty() and sys.stderr.isatty():
        number = len(task_ids)
        what = "this task" if number == 1 else f"these {number} tasks"
        click.confirm(f"Delete {what} with the uploads and results?", abort=True, err=True)
    failed = 0
    for task_id in task_ids:
        try:
            service.delete(task_id)
        except SonubeError as error:
            failed += 1
            click.secho(f"{one_line_of(task_id)}: {one_line(error)}", err=True, fg="red")
        else:
            click.echo(f"deleted {task_id}")
    sys.exit(1 if failed else 0)


@main.command()
@click.argument("name", required=False, metavar="[FORMAT]", shell_complete=names_of("formats"))
@click.option("--json", "as_json", is_flag=True, help="Print the service's JSON.")
@URL
def formats(name: str | None, url: str | None, *, as_json: bool) -> None:
    """List formats and presets, or the options of one FORMAT."""
    listed = Sonube(known_url(url)).formats()
    if as_json:
        click.echo(json.dumps(listed, ensure_ascii=False))
    elif name:
        show(option_table(listed, name), default_table(listed, name))
    else:
        show(format_table(listed), preset_table(listed))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the service's JSON.")
def usage(*, as_json: bool) -> None:
    """Print what you have used this month, and what is left."""
    found = signed_in().usage()
    if as_json:
        click.echo(json.dumps(found))
    else:
        show(usage_table(found))


@main.command(name="open")
@URL
def open_page(url: str | None) -> None:
    """Open the service's web page."""
    address = known_url(url)
    click.echo(address)
    if not webbrowser.open(address):
        raise SonubeError("no_browser", "Cannot start a browser. Open the address above yourself.")


main.add_command(convert)
main.add_command(whoami)
main.add_command(own_account)
main.add_command(get)
main.add_command(completion)


def _password(*, sign_up: bool) -> str:
    """Ask without echo, twice for a new account; without a terminal, read a line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=sign_up))
