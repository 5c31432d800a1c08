"""The service that the user is logged in to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sonube.account import address, tokens_for
from sonube.client import Sonube
from sonube.errors import SonubeError

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_URL = "http://127.0.0.1:8080"


def signed_in(sleep: Callable[[float], None] = time.sleep) -> Sonube:
    """A client for SONUBE_TOKEN or the saved session.

    Raises:
        SonubeError: the user is not logged in, or SONUBE_URL is another service.
    """
    url = address()
    return Sonube(url, tokens_for(url), sleep=sleep)


def known_url(url: str | None = None) -> str:
    """The given address, or SONUBE_URL, or the session's, or that of `make run`."""
    try:
        return address(url)
    except SonubeError:
        return DEFAULT_URL
