"""`sonube whoami`: the account, its service, and whether the service accepts it."""

from __future__ import annotations

import base64
import json

import click

from sonube.account import address, given_token, tokens_for
from sonube.client import Sonube
from sonube.sessions import load, session_file

# How API keys begin.
KEY = "snb_"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def whoami(*, as_json: bool) -> None:
    """Print the account and the service that commands use.

    Asks the service, so the exit status is 0 only if it accepts the account.
    """
    url = address()
    with Sonube(url, tokens_for(url)) as service:
        next(service.tasks(), None)
    token = given_token()
    account = _account_of(token) if token else load(session_file()).email
    if as_json:
        click.echo(
            json.dumps({"account": account, "url": url, "from": "environment" if token else "session"})
        )
    else:
        click.echo(f"{account} at {url}{' (from the environment)' if token else ''}")


def _account_of(token: str) -> str:
    """The address in an ID token, which the service has verified; a key only shows its end."""
    if token.startswith(KEY):
        return f"API key ending in {token.strip()[-4:]}"
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims.get("email") or claims.get("sub") or "unknown account")
    except (IndexError, ValueError, AttributeError):
        return "unknown account"
