"""`sonube account`: verification, password, sessions and deletion of the account that is logged in."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

from sonube.account import address, tokens_for
from sonube.errors import SonubeError, Unauthenticated
from sonube.identity.toolkit import Toolkit
from sonube.service import Service
from sonube.sessions import Session, as_session, load, log_in, save, session_file


@click.group(name="account")
def own_account() -> None:
    """Verify the address, change the password, sign out everywhere, delete the account."""


@own_account.command()
def show() -> None:
    """Print the address and whether it is verified."""
    found = _call("GET", "")
    click.echo(f"{found['email']} ({'verified' if found['emailVerified'] else 'not verified'})")


@own_account.command()
def verify() -> None:
    """Send a mail with a link that verifies the address."""
    url = address()
    Toolkit(url).send_verification(tokens_for(url)())
    click.echo("A mail is on its way. Open its link to verify the address.")


@own_account.command()
def password() -> None:
    """Change the password; all other sessions end.

    Without a terminal, standard input has two lines: the current and the new password.
    """
    current, new = _ask("Current password"), _ask("New password", twice=True)
    session = _confirmed(current)
    tokens = Toolkit(session.url, tries=1).change_password(session.id_token, new)
    save(as_session(session.url, session.email, tokens), session_file())
    click.echo("The password is changed. All other sessions have ended.")


@own_account.command()
def signout() -> None:
    """End all sessions on all devices, this one too. API keys stay valid."""
    _call("POST", "/signout")
    session_file().unlink(missing_ok=True)
    click.echo("Signed out everywhere.")


@own_account.command()
@click.option("-y", "--yes", is_flag=True, help="Do not ask, even on a terminal.")
def delete(*, yes: bool) -> None:
    """Delete the account with all tasks, files and API keys.

    Without a terminal, standard input has the current password.
    """
    if not yes and sys.stdin.isatty():
        click.confirm("Delete the account with all tasks, files and API keys?", abort=True, err=True)
    save(_confirmed(_ask("Current password")), session_file())
    _call("POST", "/delete", json={})
    session_file().unlink(missing_ok=True)
    click.echo("The account is deleted.")


def _call(method: str, path: str, **content: Any) -> dict[str, Any]:  # noqa: ANN401  # requests' own
    url = address()
    service = Service(url, tokens_for(url), time.sleep)
    with service:
        return service.call(method, f"/api/account{path}", **content)


def _confirmed(password: str) -> Session:
    """A new session of the saved one's user, for what needs the password.

    Raises:
        SonubeError: `wrong_password`, it is another.
    """
    session = load(session_file())
    try:
        return log_in(session.url, session.email, password)
    except Unauthenticated as error:
        raise SonubeError("wrong_password", "The current password is wrong.", error.status) from error


def _ask(prompt: str, *, twice: bool = False) -> str:
    """Ask without echo; without a terminal, read a line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=twice))
