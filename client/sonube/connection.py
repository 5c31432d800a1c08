"""The service that this person's session is for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sonube.client import Sonube
from sonube.errors import SonubeError
from sonube.sessions import fresh_token, load, session_file

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_URL = "http://127.0.0.1:8080"


def signed_in(sleep: Callable[[float], None] = time.sleep) -> Sonube:
    """The service, as whoever is logged in.

    Raises:
        SonubeError: nobody is.
    """
    file = session_file()
    return Sonube(load(file).url, lambda: fresh_token(file), sleep=sleep)


def known_url(url: str | None = None) -> str:
    """The address: the one given, else the session's, else that of `make run`."""
    if url:
        return url
    try:
        return load(session_file()).url
    except SonubeError:
        return DEFAULT_URL
