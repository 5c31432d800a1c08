"""How every failure of a Google client becomes one of ours."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import google.auth.exceptions
from google.api_core import exceptions as google_errors

from shared.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def translated(service: str) -> Iterator[None]:
    """Whatever the SDK raises inside becomes Unavailable with the cause chained; our own errors pass."""
    try:
        yield
    except (google_errors.GoogleAPIError, google.auth.exceptions.GoogleAuthError, OSError) as error:
        # requests' exceptions are OSErrors.
        raise Unavailable(f"{service} did not answer as expected.", retry_after_s=5) from error
