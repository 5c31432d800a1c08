"""How every failure of a service becomes one of our errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from google.auth.exceptions import GoogleAuthError

from shared.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def translated(service: str, *also: type[Exception]) -> Iterator[None]:
    """A failure to authenticate, or of the connection, becomes Unavailable with the cause chained.

    Args:
        service: its name.
        also: what else its client raises; all other errors pass.
    """
    # requests' exceptions are OSErrors.
    failures: tuple[type[Exception], ...] = (GoogleAuthError, OSError, *also)
    try:
        yield
    except failures as error:
        raise unexpected(service) from error


def unexpected(service: str) -> Unavailable:
    """What is told when a service of this name gives an answer that it should not give, or none."""
    return Unavailable(f"{service} did not answer as expected.", retry_after_s=5)
