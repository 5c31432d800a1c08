"""Translates failures of external services into our errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from google.auth.exceptions import GoogleAuthError

from shared.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def translated(service: str, *also: type[Exception]) -> Iterator[None]:
    """Turn failures of authentication and of the connection into Unavailable, with the cause chained.

    Args:
        service: its name.
        also: what else its client raises; other errors pass through.
    """
    # requests' exceptions are OSErrors.
    failures: tuple[type[Exception], ...] = (GoogleAuthError, OSError, *also)
    try:
        yield
    except failures as error:
        raise unexpected(service) from error


def unexpected(service: str) -> Unavailable:
    """The error for a service that did not respond, or not as documented."""
    return Unavailable(f"{service} did not respond as expected. Try again.", retry_after_s=5)
