"""The service that the user is logged in to."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from sonube.client import Sonube
from sonube.errors import SonubeError
from sonube.sessions import fresh_token, load, session_file

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_URL = "http://127.0.0.1:8080"


def signed_in(sleep: Callable[[float], None] = time.sleep) -> Sonube:
    """A client for the saved session.

    Raises:
        SonubeError: the user is not logged in, or SONUBE_URL is another service.
    """
    file = session_file()
    url, wanted = load(file).url, os.environ.get("SONUBE_URL")
    if wanted and wanted.rstrip("/") != url.rstrip("/"):
        message = f"You are logged in to {url}, but SONUBE_URL is {wanted}. Run `sonube login`, or unset it."
        raise SonubeError("not_logged_in", message)
    return Sonube(url, lambda: fresh_token(file), sleep=sleep)


def known_url(url: str | None = None) -> str:
    """The given address, or the session's, or that of `make run`."""
    if url:
        return url
    try:
        return load(session_file()).url
    except SonubeError:
        return DEFAULT_URL
