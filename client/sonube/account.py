"""Which service to use, and with which token: as given, else from the environment or the session."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sonube.errors import SonubeError, Unauthenticated
from sonube.sessions import LOG_IN, Tokens, load, session_file

if TYPE_CHECKING:
    from collections.abc import Callable

HOW = f"{LOG_IN[:-1]}, or set SONUBE_URL and SONUBE_API_KEY."


def address(url: str | None = None) -> str:
    """The given address, else SONUBE_URL, else that of the saved session.

    Raises:
        Unauthenticated: there is none of these.
    """
    return url or os.environ.get("SONUBE_URL") or load(session_file()).url


def given_token() -> str:
    """The API key or ID token in the environment; empty if there is none."""
    return os.environ.get("SONUBE_API_KEY") or os.environ.get("SONUBE_TOKEN", "")


def tokens_for(url: str) -> Callable[[], str]:
    """Tokens for this address: SONUBE_API_KEY, else SONUBE_TOKEN, else the saved session of this address.

    Raises:
        Unauthenticated: there is neither, so only calls without a token are possible.
    """
    token = given_token()
    if token:
        return lambda: token
    file = session_file()
    try:
        session = load(file)
    except SonubeError as error:
        raise Unauthenticated("not_logged_in", "You are not logged in.", hint=HOW) from error
    if session.url.rstrip("/") != url.rstrip("/"):
        message = f"You are logged in to {session.url}, but SONUBE_URL is {url}."
        raise Unauthenticated("not_logged_in", message, hint=f"{LOG_IN[:-1]}, or unset SONUBE_URL.")
    return Tokens.of_file(file)
