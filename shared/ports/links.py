"""Signed URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class SignedRequest(NamedTuple):
    """A request that is permitted until it expires.

    Attributes:
        headers: must be sent exactly as given.
    """

    url: str
    method: str
    headers: Mapping[str, str]
    expires_at: datetime


class UrlSigner(Protocol):
    """Signed URLs to the objects of one bucket."""

    def upload(self, name: str, content_type: str, max_bytes: int) -> SignedRequest:
        """One PUT that creates the object, never overwrites one, and has a size limit."""
        ...

    def open_session(self, name: str, content_type: str, max_bytes: int, origin: str | None) -> str:
        """Open a resumable session with the same limits; the URL for the chunks.

        Raises:
            AlreadyExists: the object exists.
        """
        ...

    def download(self, name: str, filename: str, content_type: str) -> SignedRequest:
        """A GET whose response a browser saves as `filename`."""
        ...
