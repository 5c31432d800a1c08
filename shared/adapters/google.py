"""Failures and retries of Google's client libraries; importing this imports gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.api_core.exceptions import GoogleAPIError
from google.api_core.retry import Retry, if_exception_type

from shared.adapters import failures
from shared.runtime.retry import FIRST_WAIT_S, LONGEST_WAIT_S

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def translated(service: str) -> AbstractContextManager[None]:
    """As `failures.translated`, for what the client libraries raise too."""
    return failures.translated(service, GoogleAPIError)


def retry_on(*errors: type[Exception], timeout_s: float) -> Retry:
    """Retries after these errors, which had no effect or may be repeated; the libraries' default is 300 s."""
    return Retry(
        predicate=if_exception_type(*errors), initial=FIRST_WAIT_S, maximum=LONGEST_WAIT_S, timeout=timeout_s
    )
