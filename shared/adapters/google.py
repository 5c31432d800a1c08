"""How every failure of a Google client becomes one of ours; importing this imports gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.api_core.exceptions import GoogleAPIError

from shared.adapters import failures

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def translated(service: str) -> AbstractContextManager[None]:
    """As `failures.translated`, with what the clients raise beside."""
    return failures.translated(service, GoogleAPIError)
