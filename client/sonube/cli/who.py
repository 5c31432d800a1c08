"""`sonube whoami`: the account, its service, and whether the service accepts it."""

from __future__ import annotations

import base64
import json
import os

import click

from sonube.account import address, tokens_for
from sonube.client import Sonube
from sonube.sessions import load, session_file


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def whoami(*, as_json: bool) -> None:
    """Print the account and the service that commands use.

    Asks the service, so the exit status is 0 only if it accepts the account.
    """
    url = address()
    tokens = tokens_for(url)
    with Sonube(url, tokens) as service:
        next(service.tasks(), None)
    from_variable = bool(os.environ.get("SONUBE_TOKEN"))
    email = _email_in(tokens()) if from_variable else load(session_file()).email
    if as_json:
        origin = "SONUBE_TOKEN" if from_variable else str(session_file())
        click.echo(json.dumps({"email": email, "url": url, "from": origin}))
    else:
        click.echo(f"{email} at {url}{' (SONUBE_TOKEN)' if from_variable else ''}")


def _email_in(token: str) -> str:
    """The address in an ID token, which the service has verified."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims.get("email") or claims.get("sub") or "unknown account")
    except (IndexError, ValueError, AttributeError):
        return "unknown account"
